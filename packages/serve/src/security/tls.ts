/** TLS for both listeners: read, checked, and read again when the files change (certificates live for weeks). */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:tls';
import { SakerError } from '@saker/spec';
import type { FastifyInstance } from 'fastify';
import type { TlsFiles } from './options.js';
import { onFileChange } from './watch-file.js';

/** Version 1.2 is the oldest that is not broken (RFC 8996). */
export const TLS_MIN_VERSION = 'TLSv1.2';

export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** @throws SakerError E_TLS_INVALID for a file that is missing or no PEM, and for a key that is not the certificate's. */
export function readTls({ cert, key }: TlsFiles): TlsMaterial {
  const material = { cert: read(cert), key: read(key) };
  try {
    const belongs = new X509Certificate(material.cert).checkPrivateKey(createPrivateKey(material.key));
    if (!belongs) throw new Error('the key is not that of the certificate');
  } catch (cause) {
    throw new SakerError('E_TLS_INVALID', { detail: (cause as Error).message }, { cause });
  }
  return material;
}

/**
 * Takes changed files into use for connections to come; open ones keep what they have. Files that do not fit each other,
 * as between the writing of the one and of the other, are left alone.
 * @returns stops watching.
 */
export function renewTls(app: FastifyInstance, files: TlsFiles): () => void {
  const renew = (): void => {
    try {
      const material = readTls(files);
      (app.server as unknown as Server).setSecureContext({ ...material, minVersion: TLS_MIN_VERSION });
      app.log.info({ file: files.cert }, 'the certificate was read again');
    } catch (thrown) {
      const { code, message } = SakerError.from(thrown);
      app.log.error({ code, detail: message }, 'the certificate was not read again; the old one stays');
    }
  };
  const stops = [files.cert, files.key].map((file) => onFileChange(file, renew));
  return () => {
    for (const stop of stops) stop();
  };
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new SakerError('E_TLS_INVALID', { detail: `${file} cannot be read` }, { cause });
  }
}
