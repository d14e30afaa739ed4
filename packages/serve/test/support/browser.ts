/** A real Chromium for tests of the page. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const BINARY = process.env.SAKER_CHROMIUM ?? '/usr/bin/chromium';

/** Why there is no browser here; null when there is one. */
export const noBrowser = existsSync(BINARY)
  ? null
  : `no browser at ${BINARY}: install chromium, or name one in SAKER_CHROMIUM`;

export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: BINARY,
    args: [
      ...[
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
      ...['--disable-component-update', '--disable-sync'],
      ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    ],
  });
}
