/** What each thing that is looked at is good for, by the name of its finding. */
export const whyItMatters = {
  config: 'Every setting comes from it; what is written wrongly has no effect.',
  node: 'ticketmill is made for it: its database and its way of running TypeScript are part of Node 24.',
  git: 'Branches, worktrees and merges without a checkout are made by it.',
  repository: 'A change needs a commit to start from and a place to go to.',
  folders: 'A ticket moves through them; where one cannot be written no ticket is begun.',
  ignored: 'What git does not ignore ends in a commit some day: state, logs and secrets.',
  private: 'What is open to other users of this machine is no secret.',
  statuses: 'The board of Backlog.md shows by them where a ticket is.',
  leftovers: 'They are of a process that died; they mislead whoever looks.',
  ollama: 'Without a model server only mechanical tickets are done; the others wait.',
  gguf: 'Models of GGUF files run by it; without it their tickets fail.',
  model: 'It writes or reviews the changes; without it its tickets wait or fail.',
  loaded: 'A model that was loaded with a smaller window does not see the whole task.',
  checks: 'They prove a change; without them nothing but the review speaks for it.',
  sandbox: 'It keeps what a model runs away from your files, your secrets and the network.',
  agents: 'One of them is what codes.',
  forge: 'Pull requests are opened with its token.',
  inotify: 'It tells of new tickets at once; without it they are found some seconds later.',
  disk: 'On a full disk no ticket is begun.',
} as const;

export type FindingName = keyof typeof whyItMatters;
