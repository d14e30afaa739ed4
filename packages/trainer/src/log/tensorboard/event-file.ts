import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { SakerError } from '@saker/spec';
import { EventSchema, SessionLog_SessionStatus, type Summary_Value } from '../../gen/tensorboard_pb.js';
import { frameRecord } from './record.js';

/** The first event of every file. */
const VERSION = 'brain.Event:2';
let opened = 0;

/**
 * One TensorBoard event file, appended to as a run goes on. Readers see whole records only, so a killed run leaves a
 * file that can be read. After a failed write the file takes nothing more: `failure` says why.
 */
export class EventFile {
  /** Why nothing more is written; null: all is well. */
  failure: Error | null = null;
  private tail: Promise<void> = Promise.resolve();

  private constructor(
    readonly file: string,
    private readonly handle: FileHandle,
    private readonly now: () => number,
  ) {}

  /**
   * Creates a file under a name of its own in `folder`, which is made. `resumeStep`: what other files of the folder hold
   * from that step on is void. `now`: milliseconds since 1970.
   * @throws SakerError E_FILE_WRITE.
   */
  static async open(
    folder: string,
    { resumeStep, now = Date.now }: { readonly resumeStep?: number; readonly now?: () => number } = {},
  ): Promise<EventFile> {
    const seconds = Math.floor(now() / 1000);
    // Readers go through the files of a folder by name, hence by time; the rest keeps names apart.
    const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${opened++}`;
    const file = join(folder, name);
    try {
      await mkdir(folder, { recursive: true });
      const events = new EventFile(file, await open(file, 'wx'), now);
      events.append({
        step: 0n,
        what: { case: 'fileVersion', value: VERSION },
        sourceMetadata: { writer: 'saker' },
      });
      if (resumeStep !== undefined)
        events.append({
          step: BigInt(resumeStep),
          what: { case: 'sessionLog', value: { status: SessionLog_SessionStatus.START } },
        });
      return events;
    } catch (cause) {
      throw new SakerError('E_FILE_WRITE', { file, detail: (cause as Error).message }, { cause });
    }
  }

  /** Queues values of one step; never throws and never waits for the disk. */
  write(step: number, values: readonly Summary_Value[]): void {
    if (values.length > 0)
      this.append({ step: BigInt(step), what: { case: 'summary', value: { value: [...values] } } });
  }

  /** Waits until everything queued is with the operating system. */
  flush(): Promise<void> {
    return this.tail;
  }

  async close(): Promise<void> {
    await this.tail;
    await this.handle.close();
  }

  private append(event: MessageInitShape<typeof EventSchema>): void {
    if (this.failure) return;
    const record = frameRecord(
      toBinary(EventSchema, create(EventSchema, { ...event, wallTime: this.now() / 1000 })),
    );
    this.tail = this.tail.then(async () => {
      if (this.failure) return;
      try {
        await this.handle.appendFile(record);
      } catch (error) {
        this.failure = error as Error;
      }
    });
  }
}
