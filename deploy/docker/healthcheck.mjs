// Exits 0 when the server of this container is alive.
const reply = await fetch('http://127.0.0.1:8080/healthz').catch(() => null);
process.exit(reply?.ok ? 0 : 1);
