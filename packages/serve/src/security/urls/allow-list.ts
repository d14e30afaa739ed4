/** Which hosts pictures may be fetched from. */
import { SakerError } from '@saker/spec';

const ENTRY = /^(?:(https?):\/\/)?(\*\.)?([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/;
const PORTS = { http: 80, https: 443 } as const;

/**
 * A test for URLs. An entry is `host` (https), `*.host` (every name below it), with `http://` or `https://` in front and
 * `:port` behind where wanted.
 * @throws SakerError E_ARG_INVALID for an entry of another form; a lone `*` is none.
 */
export function allowList(entries: readonly string[]): (url: URL) => boolean {
  const tests = entries.map(parse);
  return (url) => tests.some((test) => test(url));
}

function parse(entry: string): (url: URL) => boolean {
  const match = ENTRY.exec(entry.toLowerCase());
  if (!match)
    throw new SakerError('E_ARG_INVALID', {
      name: 'urls.allow',
      expected: 'hosts such as images.example.com, *.example.com or http://host:8000',
      received: entry,
    });
  const [, scheme = 'https', below, host = '', port] = match;
  const wanted = Number(port ?? PORTS[scheme as keyof typeof PORTS]);
  return (url) => {
    const protocol = url.protocol.slice(0, -1);
    if (protocol !== scheme) return false;
    if (Number(url.port || PORTS[protocol as keyof typeof PORTS]) !== wanted) return false;
    return below ? url.hostname.endsWith(`.${host}`) : url.hostname === host;
  };
}
