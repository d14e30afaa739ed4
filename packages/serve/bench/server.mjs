/** The server of a load trial, in a process of its own. */
import { metadataForModel } from '@saker/evaluate';
import { startServer } from '@saker/serve';

const { model, labels, workers, threads } = JSON.parse(process.argv[2]);
const metadata = labels ? metadataForModel(model, { labels }) : undefined;
const { url } = await startServer({ model, metadata, port: 0, workers, threads });
process.on('message', () => process.send({ cpu: process.cpuUsage() }));
process.send({ url });
