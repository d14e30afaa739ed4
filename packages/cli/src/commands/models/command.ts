import { buildCommand, buildRouteMap } from '@stricli/core';
import type { CliContext } from '../../context.js';
import { type CommonFlags, commonFlags, examples } from '../../flags/common.js';
import { text } from '../../flags/parse.js';

const named = (brief: string) => ({ placeholder: 'NAME', brief, parse: text('NAME', 'a name') });

const list = buildCommand<CommonFlags, [], CliContext>({
  loader: async () => (await import('./run.js')).list,
  parameters: { flags: { ...commonFlags } },
  docs: {
    brief: 'List the models of the zoo and their published weights',
    fullDescription: examples(
      'Every model can be trained from new; models with weights can start from them with saker train --weights. The ' +
        "weights are timm's and torchvision's.",
      ['saker models list', 'saker models list --json'],
    ),
  },
});

const show = buildCommand<CommonFlags, [name: string], CliContext>({
  loader: async () => (await import('./run.js')).show,
  parameters: {
    positional: { kind: 'tuple', parameters: [named('A model, or weights such as resnet50.a1_in1k')] },
    flags: { ...commonFlags },
  },
  docs: {
    brief: 'Show a model of the zoo, or published weights',
    fullDescription: examples(
      'A model: its sizes and all weights that fit it. Weights: address, place in the cache, licence, and how their ' +
        'pictures are prepared.',
      ['saker models show resnet50', 'saker models show vit_tiny_patch16_224.augreg_in21k_ft_in1k'],
    ),
  },
});

const pull = buildCommand<CommonFlags, [name: string], CliContext>({
  loader: async () => (await import('./run.js')).pull,
  parameters: {
    positional: { kind: 'tuple', parameters: [named('Weights, or a model for its usual ones')] },
    flags: { ...commonFlags },
  },
  docs: {
    brief: 'Fetch published weights into the cache',
    fullDescription: examples(
      'Fetches over https, checks the SHA-256, and goes on where a broken download stopped. The cache is SAKER_CACHE, ' +
        'XDG_CACHE_HOME/saker or ~/.cache/saker. HF_ENDPOINT names a mirror of the Hugging Face hub and ' +
        "SAKER_TORCHVISION_ENDPOINT one of torchvision's files; with HF_HUB_OFFLINE=1 nothing is fetched.",
      ['saker models pull resnet50', 'saker models pull convnext_atto.d2_in1k'],
    ),
  },
});

/** `saker models ...`. */
export const modelsRoutes = buildRouteMap<string, CliContext>({
  routes: { list, show, pull },
  docs: { brief: 'The model zoo and its published weights' },
});
