import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { SakerError } from '@saker/spec';
import { RecordSchema } from '../../gen/wandb_pb.js';
import { LogWriter } from './log-writer.js';

type RecordType = NonNullable<MessageInitShape<typeof RecordSchema>['recordType']>;

/**
 * One .wandb file, appended to as a run goes on. A killed run leaves whole records, which `wandb sync` takes. After a failed
 * write the file takes nothing more: `failure` says why.
 */
export class RunFile {
  /** Why nothing more is written; null: all is well. */
  failure: Error | null = null;
  private tail: Promise<void> = Promise.resolve();
  private readonly writer = new LogWriter();
  private records = 0;

  private constructor(private readonly handle: FileHandle) {}

  /** Creates the file, its folder, and `files` in it, where `wandb sync` puts its own. @throws SakerError E_FILE_WRITE. */
  static async open(file: string): Promise<RunFile> {
    try {
      await mkdir(join(dirname(file), 'files'), { recursive: true });
      const run = new RunFile(await open(file, 'wx'));
      run.append(run.writer.start());
      return run;
    } catch (cause) {
      throw new SakerError('E_FILE_WRITE', { file, detail: (cause as Error).message }, { cause });
    }
  }

  /** Queues a record; never throws and never waits for the disk. */
  write(recordType: RecordType): void {
    if (this.failure) return;
    const record = create(RecordSchema, { num: BigInt(this.records++), recordType });
    this.append(this.writer.frame(toBinary(RecordSchema, record)));
  }

  async close(): Promise<void> {
    await this.tail;
    await this.handle.close();
  }

  private append(bytes: Uint8Array): void {
    this.tail = this.tail.then(async () => {
      if (this.failure) return;
      try {
        await this.handle.appendFile(bytes);
      } catch (error) {
        this.failure = error as Error;
      }
    });
  }
}
