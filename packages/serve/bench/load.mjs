/** One load trial against a running server: multipart uploads, photos in rotation, closed loop. */
const BOUNDARY = 'saker-bench-boundary';
const WARM_UP_S = 1;

export async function loadTrial({ autocannon, server, url, photos, connections, seconds }) {
  const requests = photos.map((photo) => ({
    method: 'POST',
    path: '/predict',
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Buffer.concat([
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n`),
      Buffer.from('Content-Type: image/jpeg\r\n\r\n'),
      photo,
      Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
    ]),
  }));
  const go = (duration) => autocannon({ url, connections, duration, requests });
  await go(WARM_UP_S);
  const before = await cpuMs(server);
  const started = performance.now();
  const result = await go(seconds);
  const wall = (performance.now() - started) / 1000;
  const cpu = (await cpuMs(server)) - before;
  if (result.errors > 0 || result.non2xx > 0)
    throw new Error(`${result.errors} errors and ${result.non2xx} refusals: the figures would mean nothing`);
  const count = result['2xx'];
  return {
    requestsPerSecond: count / wall,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    serverCpuMs: cpu / count,
  };
}

function cpuMs(server) {
  return new Promise((resolve) => {
    server.once('message', ({ cpu }) => resolve((cpu.user + cpu.system) / 1000));
    server.send('cpu');
  });
}
