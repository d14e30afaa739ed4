import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderReport, writeReport } from '@saker/evaluate';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture, temporary } from './models.js';
import { inputOf } from './report-inputs.js';

let dir = '';
let remove = async () => {};
let photo = '';
const HOSTILE = `"><img src=x onerror=alert(1)><script>alert(1)</script>' & \u202Egnp.exe\u0000`;

beforeAll(async () => {
  ({ dir, remove } = await temporary());
  photo = join(dir, 'photo.jpg');
  await writeFile(photo, await picture(1));
});
afterAll(() => remove());

describe('renderReport', () => {
  it('shows figures, matrix, curves with phases, classes, mistakes, failures and provenance', async () => {
    const html = await renderReport(inputOf(['ant', 'bee', 'cat']));
    for (const text of [
      '90.0%',
      'Macro F1',
      'Confusion matrix',
      'Learning curves',
      'head (2 epochs), then all',
    ])
      expect(html).toContain(text);
    for (const text of [
      'Worst mistakes',
      'E_IMAGE_TRUNCATED',
      'Provenance',
      'sha256:bb',
      'bestValAccuracy 87.5%',
    ])
      expect(html).toContain(text);
    expect(html).toContain('Resize the short side to 256 px, bilinear, antialiased');
    expect(html).toContain('2026-02-03 04:05 UTC');
    expect(html.match(/<rect class="(hit|miss)"/g)).toHaveLength(6);
    expect(html.match(/class="chart"/g)).toHaveLength(3);
  });

  it('sorts classes by F1, the weakest first', async () => {
    const labels = Array.from({ length: 9 }, (_, i) => `class-${i}`);
    const input = inputOf(labels);
    const html = await renderReport(input);
    const table = html.slice(html.indexOf('Figures by class'), html.indexOf('Learning curves'));
    const order = [...table.matchAll(/<bdi>(class-\d)<\/bdi>/g)].map((m) => m[1]);
    const wanted = [...input.evaluation.perClass].sort((a, b) => a.f1 - b.f1).map((c) => c.label);
    expect(order).toEqual(wanted);
  });

  it('embeds pictures, and says when one is gone', async () => {
    const html = await renderReport(inputOf(['ant', 'bee'], {}, photo));
    expect(html.match(/<img src="data:image\/jpeg;base64,[A-Za-z0-9+/=]+"/g)).toHaveLength(1);
    expect(html).toContain('picture not readable any more');
    expect(html).toContain('alt="ant, taken for bee: ant/0.jpg"');
  });

  it('asks the network for nothing and runs nothing', async () => {
    const html = await renderReport(
      inputOf([HOSTILE, 'https://example.com/x.png', 'javascript:alert(1)'], {}, photo),
    );
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|link|iframe|object|embed|base|form)\b/i);
    for (const [, value] of html.matchAll(/\s(?:src|href|srcset|action|data|poster)="([^"]*)"/g))
      expect(value).toMatch(/^(data:image\/jpeg;base64,|#)/);
    expect(html).not.toMatch(/url\(|@import/);
  });

  it('escapes hostile names and spells out their invisible characters', async () => {
    const html = await renderReport(
      inputOf([HOSTILE, 'b'], {
        title: HOSTILE,
        model: { name: HOSTILE, hash: 'sha256:bb' },
        data: { path: HOSTILE },
      }),
    );
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toContain('\u202E');
    expect(html).not.toContain('\u0000');
    expect(html).toContain('&lt;script>alert(1)&lt;/script>');
    expect(html).toContain('\\u202egnp.exe\\u0000');
    // No tag may carry an event handler, whatever the text around it says.
    for (const [tag] of html.matchAll(/<[a-z][^>]*>/gi))
      expect(tag.replace(/"[^"]*"/g, '""')).not.toMatch(/\son\w+=/i);
  });

  it.each([2, 24, 25, 100, 300])('draws %i classes', async (n) => {
    const html = await renderReport(inputOf(Array.from({ length: n }, (_, i) => `class ${i}`)));
    const drawn = Math.min(n, 100);
    expect(html.match(/<rect class="hit"/g)).toHaveLength(drawn);
    expect(html.includes('The matrix as a table')).toBe(n <= 24);
    expect(html.includes('classes with the most errors')).toBe(n > 100);
    expect(html).not.toContain('NaN');
    expect(html).not.toContain('undefined');
  });

  it('leaves out what there is nothing to say about', async () => {
    const labels = ['ant', 'bee'];
    const full = inputOf(labels);
    const html = await renderReport({
      ...full,
      evaluation: { ...full.evaluation, failures: [], mistakes: [], accuracy: 1 },
      metadata: makeModelMetadata({ labels, eval: evalPipeline({ size: 32 }) }),
      data: { path: 'photos' },
    });
    expect(html).toContain('every picture got its true label');
    for (const text of ['Learning curves', 'could not be read', 'Run configuration', 'The same in training'])
      expect(html).not.toContain(text);
  });

  it('draws a run of one epoch', async () => {
    const input = inputOf(['ant', 'bee']);
    const metadata = { ...input.metadata, history: input.metadata.history.slice(0, 1) };
    expect(await renderReport({ ...input, metadata })).not.toContain('NaN');
  });

  it('has a header in every table and a caption or label on every figure', async () => {
    const html = await renderReport(inputOf(['ant', 'bee', 'cat']));
    for (const [table] of html.matchAll(/<table[\s\S]*?<\/table>/g)) {
      expect(table).toContain('<caption>');
      expect(table).toMatch(/<th scope="(col|row)"/);
    }
    for (const [figure] of html.matchAll(/<figure[\s\S]*?<\/figure>/g))
      expect(figure).toContain('<figcaption>');
    for (const [svg] of html.matchAll(/<svg[^>]*>/g)) expect(svg).toMatch(/aria-hidden="true"|role="img"/);
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('writeReport', () => {
  it('writes the page and its figures whole, and nothing else', async () => {
    const out = join(dir, 'deep', 'report');
    const written = await writeReport(out, inputOf(['ant', 'bee']));
    expect((await readdir(out)).sort()).toEqual(['evaluation.json', 'report.html']);
    expect(await readFile(written.html, 'utf8')).toMatch(
      /^<!doctype html>\n<html lang="en">[\s\S]*<\/html>\n$/,
    );
    const json = JSON.parse(await readFile(written.json, 'utf8'));
    expect(json).toMatchObject({
      version: 1,
      accuracy: 0.9,
      macroF1: 0.9,
      samples: 20,
      model: { hash: 'sha256:bb' },
      data: { path: 'photos', split: 'val', hash: 'sha256:aa' },
      createdAt: '2026-02-03T04:05:06.000Z',
      failures: [{ error: { code: 'E_IMAGE_TRUNCATED' } }],
    });
    await writeReport(out, inputOf(['ant', 'bee']));
    expect(await readdir(out)).toHaveLength(2);
  });

  it('says so when the folder cannot be made or a file is in the way', async () => {
    const file = join(dir, 'file');
    await writeFile(file, 'x');
    await expect(writeReport(join(file, 'report'), inputOf(['ant', 'bee']))).rejects.toMatchObject({
      code: 'E_FILE_WRITE',
    });
    const blocked = join(dir, 'blocked');
    await mkdir(join(blocked, 'report.html'), { recursive: true });
    await expect(writeReport(blocked, inputOf(['ant', 'bee']))).rejects.toMatchObject({
      code: 'E_FILE_WRITE',
    });
    expect(await readdir(blocked)).toEqual(['report.html']);
  });
});
