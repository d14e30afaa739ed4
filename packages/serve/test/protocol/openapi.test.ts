import { existsSync } from 'node:fs';
import { startServer } from '@saker/serve';
import { buildApp } from '@saker/serve/app';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { reportSkip } from '../../../../test/fixtures/shared.js';
import { get, post } from '../support/client.js';
import { fastModel, temporaryFolder } from '../support/models.js';
import { jpeg } from '../support/pictures.js';

const CHROMIUM = '/usr/bin/chromium';
const browser = existsSync(CHROMIUM);
if (!browser) reportSkip('the page at /docs in a browser (no chromium)');
const folder = temporaryFolder();

it('the OpenAPI document has every route that there is, and no other', async () => {
  const app = buildApp({ model: fastModel(folder), workers: 1 });
  const routes = new Set<string>();
  app.addHook('onRoute', ({ method, url }) => {
    // Pages and their files, the specification's other spelling of /v2, and what Fastify adds to every GET.
    if (/^\/docs|^\/openapi\.json$|^\/v2\/$|^\/$|^\/icon\.svg$|^\/assets\//.test(url)) return;
    for (const one of [method].flat())
      if (one !== 'HEAD') routes.add(`${one} ${url.replace(/:(\w+)/g, '{$1}')}`);
  });
  try {
    await app.ready();
    const document = (await app.inject('/openapi.json')).json();
    const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual([...routes].sort());
  } finally {
    await app.close();
  }
});

it('what the server answers is what the document says, and its references lead somewhere', async () => {
  const server = await startServer({ model: fastModel(folder), port: 0, workers: 1 });
  try {
    const document = (await get(`${server.url}/openapi.json`)).body;
    expect(document.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty([name as string]);
    const schema = (name: string): z.ZodType => {
      const text = JSON.stringify({
        ...document.components.schemas[name],
        $defs: document.components.schemas,
      });
      return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
    };
    const photo = await jpeg();
    const answers: [operation: [path: string, method: string], body: unknown][] = [
      [
        ['/predict', 'post'],
        (await post(`${server.url}/predict?probabilities=true`, photo, 'image/jpeg')).body,
      ],
      [['/model', 'get'], (await get(`${server.url}/model`)).body],
      [['/v2', 'get'], (await get(`${server.url}/v2`)).body],
      [['/v2/models/{name}', 'get'], (await get(`${server.url}/v2/models/small_cnn-32`)).body],
      [['/v2/models/stats', 'get'], (await get(`${server.url}/v2/models/stats`)).body],
    ];
    for (const [[path, method], body] of answers) {
      const { $ref } = document.paths[path][method].responses[200].content['application/json'].schema;
      expect(schema($ref.split('/').at(-1)).safeParse(body).error).toBeUndefined();
    }
    const problem = await get(`${server.url}/v2/models/nobody`);
    expect(schema('Problem').safeParse(problem.body).error).toBeUndefined();
  } finally {
    await server.close();
  }
});

it.skipIf(!browser)(
  'the page at /docs shows the interface and tries a request, all from this server and under its policy',
  async () => {
    const server = await startServer({ model: fastModel(folder), port: 0, workers: 1 });
    const chrome = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      const page = await chrome.newPage();
      const foreign: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
          foreign.push(request.url());
      });
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      const response = await page.goto(`${server.url}/docs`);
      expect(response?.headers()['content-security-policy']).not.toMatch(/unsafe-(inline|eval)/);
      await page.getByText('Classify pictures').waitFor();
      await page.getByText('Server metadata').click();
      await page.getByRole('button', { name: 'Execute' }).click();
      await page.getByText('binary_tensor_data').first().waitFor();
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await chrome.close();
      await server.close();
    }
  },
);
