import type { Octokit } from '@octokit/core';
import * as z from 'zod';
import { Failure } from '../domain/failure.ts';
import type { Clock } from '../ports.ts';
import { boundedFetch } from './bounded-fetch.ts';
import { isAbsence, readFault, type Fault } from './forge-faults.ts';
import type { Place } from './hosted.ts';

export type ForgeApiOptions = {
  /** Of the API: `https://api.github.com`, `https://forge.example.org/api/v1`. */
  baseUrl: string;
  /** Asked before every request, so that a new token counts without a restart; null when there is none. */
  token: () => Promise<string | null>;
  /** Milliseconds between two writes; three times that between two that people are told of. 0: as fast as it goes. */
  writeIntervalMs: number;
  clock: Pick<Clock, 'monotonic' | 'now'>;
  /** From 0 to 1; several that wait for one server must not come back together. */
  random: () => number;
  timeoutMs?: number;
};

/** Requests to a forge: one after the other where they write, none while the forge wants none. Nothing is repeated. */
export interface ForgeApi {
  /** Answers of another shape than `shape` are no answers. Throws a `Failure` for everything but success. */
  ask<Shape extends z.ZodType>(
    route: string,
    parameters: Record<string, unknown>,
    shape: Shape,
  ): Promise<z.output<Shape>>;
  /**
   * The same of one thing of a repository that need not be there; null when it is not. That the repository is there is
   * made sure of, because a forge says of one that is hidden what it says of a person whom nobody knows.
   */
  seek<Shape extends z.ZodType>(
    route: string,
    parameters: Place & Record<string, unknown>,
    shape: Shape,
  ): Promise<z.output<Shape> | null>;
  /** Why nothing is asked at the moment; null when it is. */
  outage: () => Failure | null;
}

const mostBytes = 5 * 1024 * 1024;

export function openForgeApi(options: ForgeApiOptions): ForgeApi {
  const gate = openGate(options);
  let client: Promise<Octokit> | null = null;

  async function prepare(route: string): Promise<Order> {
    const token = await options.token();
    if (token === null) throw new Failure('FORGE_UNAUTHORIZED', `There is no token for ${options.baseUrl}.`);
    gate.check(token);
    const [method = '', path = ''] = route.split(' ');
    return { route, token, asked: `${method} ${options.baseUrl}${path}` };
  }

  async function send<Shape extends z.ZodType>(
    { route, token, asked }: Order,
    parameters: Record<string, unknown>,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const octokit = await (client ??= createClient(options));
    const headers = { authorization: `token ${token}` };
    const { data } = (await octokit.request(route, { ...parameters, headers })) as { data: unknown };
    const read = shape.safeParse(data);
    if (!read.success) throw new Failure('FORGE_UNREACHABLE', `${asked}: ${misshapen(read.error)}`);
    gate.open();
    return read.data;
  }

  function refuse(error: unknown, { asked, token }: Order): Failure {
    const fault = readFault(error, asked, () => options.clock.now());
    gate.close(fault, token);
    return fault.failure;
  }

  async function ask<Shape extends z.ZodType>(
    route: string,
    parameters: Record<string, unknown>,
    shape: Shape,
  ): Promise<z.output<Shape>> {
    const order = await prepare(route);
    try {
      return await send(order, parameters, shape);
    } catch (error) {
      throw refuse(error, order);
    }
  }

  return {
    ask,
    async seek(route, parameters, shape) {
      const order = await prepare(route);
      try {
        return await send(order, parameters, shape);
      } catch (error) {
        if (!isAbsence(error)) throw refuse(error, order);
      }
      const { owner, repo } = parameters;
      await ask('GET /repos/{owner}/{repo}', { owner, repo }, z.unknown());
      return null;
    },
    outage: () => gate.outage(),
  };
}

type Order = { route: string; token: string; asked: string };

/** Loaded by the first request: where pull requests stay on this machine, and in most commands, there is none. */
async function createClient({
  baseUrl,
  writeIntervalMs,
  timeoutMs = 15_000,
}: ForgeApiOptions): Promise<Octokit> {
  const [{ Octokit }, { throttling }, { default: Bottleneck }] = await Promise.all([
    import('@octokit/core'),
    import('@octokit/plugin-throttling'),
    import('bottleneck'),
  ]);
  const silent = (): void => undefined;
  const never = (): boolean => false;
  const paced = (minTime: number) => new Bottleneck.Group({ maxConcurrent: 1, minTime });
  return new (Octokit.plugin(throttling))({
    baseUrl,
    userAgent: 'ticketmill',
    request: { fetch: boundedFetch({ timeoutMs, mostBytes }) },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    throttle: {
      id: baseUrl,
      write: paced(writeIntervalMs),
      notifications: paced(3 * writeIntervalMs),
      // Waiting for a limit is the gate's affair: a run must not be held up for an hour.
      onRateLimit: never,
      onSecondaryRateLimit: never,
    },
  });
}

function misshapen(error: z.ZodError): string {
  const [issue] = error.issues;
  return `the answer is none of this API (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}).`;
}

const longestGuess = 900;

/** After a limit or a refusal nothing is asked until its time is over, or, after a refused token, there is another. */
function openGate({ clock, random }: ForgeApiOptions) {
  let closed: { until: number; failure: Failure; token: string | null } | null = null;
  let guesses = 0;

  const current = () => {
    if (closed !== null && clock.monotonic() >= closed.until) closed = null;
    return closed;
  };
  const stillClosed = ({ failure, until }: NonNullable<typeof closed>): Failure => {
    const retryAfterSeconds = Math.ceil((until - clock.monotonic()) / 1000);
    return new Failure(failure.code, failure.message, { retryAfterSeconds });
  };

  return {
    check(token: string): void {
      const now = current();
      if (now === null) return;
      if (now.token !== null && now.token !== token) closed = null;
      else throw stillClosed(now);
    },
    open(): void {
      guesses = 0;
    },
    close({ failure, restSeconds, isGuessed }: Fault, token: string): void {
      if (restSeconds === 0) return;
      const seconds = isGuessed ? Math.min(longestGuess, restSeconds * 2 ** guesses) : restSeconds;
      if (isGuessed) guesses += 1;
      const jitter = failure.code === 'FORGE_RATE_LIMITED' ? random() * Math.min(5, seconds / 10) : 0;
      const until = clock.monotonic() + (seconds + jitter) * 1000;
      closed = { until, failure, token: failure.code === 'FORGE_UNAUTHORIZED' ? token : null };
    },
    outage(): Failure | null {
      const now = current();
      return now === null ? null : stillClosed(now);
    },
  };
}
