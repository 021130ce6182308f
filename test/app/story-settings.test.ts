import { describe, expect, it } from '@jest/globals';
import { storySettings } from '../../src/app/story-settings.ts';
import { loadWritten } from '../support/config-root.ts';
import { temporaryDirectories } from '../support/directory.ts';
import { plainRouting } from '../support/plain-routing.ts';

const directory = temporaryDirectories();
const settingsOf = (config: object, model: string | null = null) =>
  storySettings(loadWritten(directory(), config).config, model, plainRouting);

describe('what the story decides by', () => {
  it('is complete where nothing is configured', () => {
    expect(settingsOf({}, 'ollama/found')).toMatchObject({
      plan: {
        defaultModel: 'ollama/found',
        availableModels: [],
        protocol: 'auto',
        protocols: {},
        maxSteps: null,
        budget: {},
        branchFormat: 'ticket/{id}',
        checks: null,
        review: { enabled: true, model: null, onBlock: 'fix' },
      },
      pullRequestBody: null,
      createPullRequest: true,
      draft: false,
    });
  });

  it('is what the config says', () => {
    const settings = settingsOf({
      ollama: { availableModels: ['ollama/a', 'ollama/b'] },
      models: { 'ollama/a': { tools: true }, 'ollama/b': { tools: false }, 'ollama/c': {} },
      agent: { protocol: 'blocks', maxSteps: 7 },
      budget: { perTicket: { tokens: 1000, attempts: 2 } },
      checks: { test: { run: ['npm', 'test'], timeout: 1000 } },
      codeReview: { enabled: false, model: 'ollama/judge', byPriority: { High: 'hold' } },
      git: { prBody: '{description}', draft: true, createPR: false, prTitle: '{title}' },
      processing: { bot: '@mill', minutesPerTicket: 5 },
    });
    expect(settings).toMatchObject({
      plan: {
        defaultModel: null,
        availableModels: ['ollama/a', 'ollama/b'],
        protocol: 'blocks',
        protocols: { 'ollama/a': 'tools', 'ollama/b': 'blocks' },
        maxSteps: 7,
        minutes: 5,
        checks: { test: { name: 'test', run: ['npm', 'test'], timeout: 1000 } },
        review: { enabled: false, model: 'ollama/judge', byPriority: { high: 'hold' } },
      },
      pullRequestTitle: '{title}',
      pullRequestBody: '{description}',
      createPullRequest: false,
      draft: true,
      bot: '@mill',
    });
    expect(settings.plan.budget).toEqual({ tokens: 1000, attempts: 2 });
  });
});
