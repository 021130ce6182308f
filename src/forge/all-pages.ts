import * as z from 'zod';
import type { ForgeApi } from './forge-api.ts';

/** Entries of a page, as many as each gives. */
const pageSize = { github: 100, gitea: 50 };
/** Whoever wrote more than fill these has no say in how long we ask. */
const mostPages = 20;

/** All of a list in the forge's own order, page by page. */
export async function allPages<Shape extends z.ZodType>(
  { kind, api }: { kind: 'github' | 'gitea'; api: ForgeApi },
  route: string,
  parameters: Record<string, unknown>,
  shape: Shape,
): Promise<z.output<Shape>[]> {
  const size = pageSize[kind];
  const all: z.output<Shape>[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const asked = { ...parameters, per_page: size, limit: size, page };
    const some = await api.ask(route, asked, z.array(shape));
    all.push(...some);
    if (some.length < size) break;
  }
  return all;
}
