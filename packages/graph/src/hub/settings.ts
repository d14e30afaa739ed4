/** Where weights come from and where they are kept, by the environment. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SakerError } from '@saker/spec';
import type { Checkpoint } from './checkpoints.js';

type Environment = Readonly<Record<string, string | undefined>>;

export interface HubSettings {
  /** Base address of the Hugging Face hub or a mirror of it. */
  readonly endpoint: string;
  /** Base address of torchvision's files. */
  readonly torchvision: string;
  /** Nothing is fetched. */
  readonly offline: boolean;
  /** Sent to the hub itself, to no host that it redirects to. */
  readonly token: string | undefined;
  /** Folder of fetched weights. */
  readonly folder: string;
}

/** What huggingface_hub takes for yes. */
const YES = new Set(['1', 'ON', 'YES', 'TRUE']);

/** Hosts that plain http may go to. */
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether an address may be fetched from: https, or http of this machine. */
export function isSafeUrl(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.has(url.hostname));
}

function base(env: Environment, name: string, usual: string): string {
  const text = env[name] || usual;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && isSafeUrl(url)) return text.replace(/\/+$/, '');
  throw new SakerError('E_ARG_INVALID', { name, expected: 'an https address', received: text });
}

/**
 * Reads HF_ENDPOINT, HF_HUB_OFFLINE and HF_TOKEN as huggingface_hub does, SAKER_TORCHVISION_ENDPOINT for a mirror of
 * torchvision's files, and for the cache SAKER_CACHE, then XDG_CACHE_HOME/saker, then ~/.cache/saker.
 * @throws SakerError E_ARG_INVALID for an address that is not https.
 */
export function hubSettings(env: Environment): HubSettings {
  const cache = env.SAKER_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'saker');
  return {
    endpoint: base(env, 'HF_ENDPOINT', 'https://huggingface.co'),
    torchvision: base(env, 'SAKER_TORCHVISION_ENDPOINT', 'https://download.pytorch.org/models'),
    offline: YES.has((env.HF_HUB_OFFLINE ?? '').toUpperCase()),
    token: env.HF_TOKEN || undefined,
    folder: join(cache, 'weights'),
  };
}

/** Address of a checkpoint's file. */
export function checkpointUrl({ library, path }: Checkpoint, settings: HubSettings): string {
  return library === 'timm'
    ? `${settings.endpoint}/${path}/resolve/main/model.safetensors`
    : `${settings.torchvision}/${path}`;
}

/** Path of a checkpoint's file in the cache. */
export function checkpointFile({ library, name, path }: Checkpoint, { folder }: HubSettings): string {
  return join(folder, library === 'timm' ? `${name}.safetensors` : path);
}
