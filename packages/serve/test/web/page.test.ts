/** The page at / as people use it: in Chromium, against the real server. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningServer, startServer } from '@saker/serve';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noBrowser, startBrowser } from '../support/browser.js';
import { fastModel, LABELS, temporaryFolder, unsureModel } from '../support/models.js';
import { jpeg } from '../support/pictures.js';

const folder = temporaryFolder();
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
if (noBrowser) console.warn(`the page is not tested: ${noBrowser}`);

describe.skipIf(noBrowser)('the page', () => {
  let server: RunningServer;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let photo = '';
  const foreign: string[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    photo = join(folder, 'a photo.jpg');
    writeFileSync(photo, await jpeg());
    server = await startServer({ model: fastModel(folder), port: 0, workers: 1 });
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    foreign.length = 0;
    troubles.length = 0;
    context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write', 'camera'] });
    page = await context.newPage();
    page.on('request', (request) => {
      const local = [server.url, 'blob:', 'data:'].some((start) => request.url().startsWith(start));
      if (!local) foreign.push(request.url());
    });
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      // A browser logs every status above 399, which the tests of refusals bring about.
      if (message.type() === 'error' && !message.text().includes('Failed to load resource'))
        troubles.push(message.text());
    });
    await page.goto(server.url);
  });
  afterEach(async () => {
    await context.close();
    expect(foreign, 'requests to other places').toEqual([]);
    expect(troubles, 'errors and violations of the content security policy').toEqual([]);
  });

  const pick = async (...files: string[]): Promise<void> => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose pictures' }).click();
    await (await chooser).setFiles(files);
  };
  const answered = (count: number) => page.getByText(`${count} of ${count} pictures answered`).waitFor();

  it('shows classes with their shares, as /predict gives them', async () => {
    await pick(photo);
    await answered(1);
    const body = new FormData();
    body.append('file', new Blob([new Uint8Array(readFileSync(photo))]), 'a.jpg');
    const reply = await fetch(`${server.url}/predict`, { method: 'POST', body });
    const { topK } = (await reply.json()) as { topK: { label: string; confidence: number }[] };
    const rows = await page.locator('.bars li').allTextContents();
    expect(rows).toEqual(topK.map(({ label, confidence }) => `${label}${(confidence * 100).toFixed(1)} %`));
    const widths = await page
      .locator('.bar span')
      .evaluateAll((bars) =>
        bars.map((bar) => bar.getBoundingClientRect().width / (bar.parentElement?.clientWidth ?? 0)),
      );
    widths.forEach((width, i) => {
      expect(width).toBeCloseTo(topK[i]!.confidence, 2);
    });
    await page.getByText('round trip').waitFor();
  });

  it('says that the model abstained, and sets no class above the others then', async () => {
    const weight = () =>
      page
        .locator('.bars li')
        .first()
        .evaluate((row) => Number(getComputedStyle(row).fontWeight));
    await pick(photo);
    await answered(1);
    expect(await page.getByText('No answer.').count()).toBe(0);
    expect(await weight()).toBeGreaterThan(400);
    const unsure = await startServer({ model: unsureModel(folder), port: 0, workers: 1 });
    try {
      await page.goto(unsure.url);
      await pick(photo);
      await answered(1);
      await page.locator('.card').getByText('No answer.').waitFor();
      expect(await page.locator('.bars li').count()).toBe(LABELS.length);
      expect(await weight()).toBe(400);
    } finally {
      foreign.splice(0, foreign.length, ...foreign.filter((url) => !url.startsWith(unsure.url)));
      await unsure.close();
    }
  });

  it('takes a batch, names the file that is no picture, and goes on', async () => {
    const text = join(folder, 'notes.txt');
    writeFileSync(text, 'no picture');
    await pick(photo, text, photo);
    await page.getByText('3 of 3 pictures answered, 1 of them with an error').waitFor();
    const problem = page.locator('.card', { hasText: 'notes.txt' }).locator('.problem');
    expect(await problem.innerText()).toMatch(/E_IMAGE_/);
    expect(await page.locator('.bars').count()).toBe(2);
  });

  it('takes what is dropped anywhere and what is pasted', async () => {
    const bytes = [...readFileSync(photo)];
    for (const kind of ['drop', 'paste'] as const) {
      await page.evaluate(
        ([data, event]) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([new Uint8Array(data)], `${event}.jpg`, { type: 'image/jpeg' }));
          const made =
            event === 'drop'
              ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
              : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true });
          document.body.dispatchEvent(made);
        },
        [bytes, kind] as const,
      );
      await page
        .locator('.card', { hasText: `${kind}.jpg` })
        .locator('.bars')
        .waitFor();
    }
  });

  it('takes a picture with the camera and lets it go', async () => {
    await page.getByRole('button', { name: 'Use the camera' }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
    await page.getByRole('button', { name: 'Take a picture' }).click();
    await page.locator('.card', { hasText: 'camera-1.jpg' }).locator('.bars').waitFor();
    const track = await page.evaluateHandle(
      () =>
        (document.querySelector('video') as unknown as { srcObject: MediaStream }).srcObject.getTracks()[0],
    );
    await page.getByRole('button', { name: 'Close the camera' }).click();
    await expect.poll(() => track.evaluate((t) => t?.readyState)).toBe('ended');
  });

  it('is used with the keyboard alone', async () => {
    const chooser = page.waitForEvent('filechooser');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Choose pictures');
    await page.keyboard.press('Enter');
    await (await chooser).setFiles([photo]);
    await answered(1);
    let reached: string | null = null;
    for (let i = 0; i < 12 && reached !== 'Remove a photo.jpg'; i++) {
      await page.keyboard.press('Tab');
      reached = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? null);
    }
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('.card').count()).toBe(0);
  });

  it('asks again with other settings', async () => {
    await pick(photo);
    await answered(1);
    expect(await page.locator('.bars li').count()).toBe(LABELS.length);
    await page.getByLabel('Classes shown').selectOption('1');
    await expect.poll(() => page.locator('.bars li').count()).toBe(1);
  });

  it('copies a curl command that gives the same answer', async () => {
    await pick(photo);
    await answered(1);
    await page.getByRole('button', { name: 'Copy the curl command for a photo.jpg' }).click();
    await page.getByText('copied').waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const { stdout } = await promisify(execFile)('bash', ['-c', `${command} --silent`], { cwd: folder });
    expect(JSON.parse(stdout).label).toBe(await page.locator('.bars .label').first().innerText());
  });

  it('fits 360 pixels without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await pick(photo);
    await answered(1);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    const small = await page
      .locator('button:visible')
      .evaluateAll((buttons) =>
        buttons.filter((button) => button.getBoundingClientRect().height < 24).map((b) => b.textContent),
      );
    expect(small, 'buttons under 24 pixels (WCAG 2.5.8)').toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'has no serious accessibility finding in %s colours',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await pick(photo);
      await answered(1);
      // The page's own policy keeps foreign scripts out; a debugger's evaluation is not bound by it.
      await page.evaluate(axeSource);
      const found = await page.evaluate(async () => {
        // biome-ignore lint/suspicious/noExplicitAny: axe puts itself on window
        const { violations } = await (window as any).axe.run(document);
        return violations.map((v: { id: string; impact: string }) => `${v.impact} ${v.id}`);
      });
      expect(found.filter((v: string) => /^(serious|critical)/.test(v))).toEqual([]);
    },
  );
});

describe('the files of the page', () => {
  it('go to everybody, under a policy that allows nothing inline', async () => {
    const server = await startServer({ model: fastModel(folder), port: 0, workers: 1 });
    try {
      const reply = await fetch(server.url);
      const html = await reply.text();
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(html).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|style=/);
      for (const [, path] of html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)) {
        const file = await fetch(`${server.url}/${path}`);
        expect(file.status, path).toBe(200);
        if (path?.startsWith('assets/')) expect(file.headers.get('cache-control')).toContain('immutable');
      }
      expect((await fetch(`${server.url}/assets/..%2f..%2findex.js`)).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});
