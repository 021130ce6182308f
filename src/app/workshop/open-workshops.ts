import { Failure } from '../../domain/failure.ts';
import type { Workshop } from '../../ports.ts';
import type { OtherRepository } from '../forge/open-repositories.ts';
import type { WorkshopParts } from './open-workshop.ts';

/** One workshop for all repositories: each order goes to that of its own. Those besides the root's are made here. */
export async function openWorkshops(
  own: Workshop,
  elsewhere: ReadonlyMap<string, OtherRepository>,
  { works, ...parts }: WorkshopParts & { works: boolean },
): Promise<Workshop> {
  if (elsewhere.size === 0 || !works) return own;
  const { openWorkshop } = await import('./open-workshop.ts');
  const others = new Map<string, Workshop>();
  for (const [name, { config, repository, guard, worktrees }] of elsewhere) {
    const paths = { ...parts.paths, worktrees };
    others.set(name, await openWorkshop({ ...parts, config, paths, repository, guard }));
  }
  return {
    makeChange(order, ...rest) {
      const { repo } = order.plan;
      const workshop = repo === undefined ? own : others.get(repo);
      if (workshop !== undefined) return workshop.makeChange(order, ...rest);
      throw new Failure('TICKET_REPOSITORY_UNKNOWN', `There is no workshop for repository "${repo ?? ''}".`);
    },
  };
}
