import { SakerError } from '@saker/spec';

/** Why an address could not be listened on, as E_PORT_IN_USE or E_HOST_INVALID; a SakerError stays what it is. */
export function listenError(thrown: unknown, host: string, port: number): SakerError {
  // A plugin that could not be set up, such as for a keys file that is not there.
  if (thrown instanceof SakerError) return thrown;
  const { code, message } = thrown as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return new SakerError('E_PORT_IN_USE', { host, port });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EADDRNOTAVAIL')
    return new SakerError('E_HOST_INVALID', { host, detail: 'it is no address of this machine' });
  if (code === 'EACCES')
    return new SakerError('E_HOST_INVALID', { host, detail: `opening port ${port} is not permitted` });
  return new SakerError('E_HOST_INVALID', { host, detail: message }, { cause: thrown });
}
