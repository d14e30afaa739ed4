/** A server from the bundle: what it loads only when it is asked for is found from where the bundle stands. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildModel, embedMetadata, writeModel } from '@saker/graph';
import { evalPipeline, makeModelMetadata } from '@saker/spec';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'saker-bundle-serve-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('has its page, documentation, metrics, gRPC and YAML configuration, and answers a bad picture with its code', async () => {
  const model = join(folder, 'model.onnx');
  const metadata = makeModelMetadata({ labels: ['a', 'b'], eval: evalPipeline({ size: 32 }) });
  writeFileSync(
    model,
    writeModel(embedMetadata(buildModel('small_cnn', { numClasses: 2, size: 32 }), metadata)),
  );
  const config = join(folder, 'serve.yaml');
  writeFileSync(config, 'models:\n  model:\n    max_batch_size: 3\n');
  const bin = fileURLToPath(new URL('../bin/saker.js', import.meta.url));
  const flags = [
    '--port',
    '0',
    '--grpc-port',
    '0',
    '--rate-limit',
    '1000',
    '--cors-origin',
    'http://example.com',
  ];
  const server = spawn(process.execPath, [bin, 'serve', model, '--config', config, '--json', ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(server.stdout, 'data');
    const { url, grpc } = JSON.parse(String(line)) as { url: string; grpc: string | null };
    expect(grpc).toMatch(/:\d+$/);
    const get = async (path: string): Promise<string> => {
      const answer = await fetch(url + path);
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      return answer.text();
    };
    expect(await get('/')).toContain('<script');
    expect(await get('/docs/')).toContain('swagger');
    expect(await get('/metrics')).toContain('saker_');
    const refused = await fetch(`${url}/predict`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg' },
      body: Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
    });
    expect({ status: refused.status, ...(await refused.json()) }).toMatchObject({
      status: 422,
      code: 'E_IMAGE_TRUNCATED',
    });
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
}, 60_000);
