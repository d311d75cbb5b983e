// The thread that samples and remembers: nothing it does holds up a request.
import { parentPort, workerData } from 'node:worker_threads';
import { collectGarbage } from '#engine/lib/index.ts';
import { readHostCounters, StatsReader } from '#engine/stats/index.ts';
import { Keeper, type MetricsProblem, type RangeQuery } from './keeper.ts';
import type { FromWorker, Questions, ToWorker, WorkerSettings } from './messages.ts';
import { type LiveSample, Sampler } from './sampler.ts';
import { FINEST_STEP_MS } from './tiers.ts';

const WATCHED_MS = 1_000;

const settings = workerData as WorkerSettings;
const wall = () => Date.now();
const monotonic = () => performance.now();
const reader = new StatsReader({ instance: settings.instance });
const sampler = new Sampler({ reader, readHostCounters: () => readHostCounters(settings.dataRoot), wall, monotonic });

let told: string | undefined;
function tellProblem(problem: MetricsProblem | undefined): void {
  const words = JSON.stringify(problem);
  if (words === told) return;
  told = words;
  send({ type: 'problem', problem });
}

const { file, maxBytes } = settings;
const keeper = new Keeper({ file, maxBytes, sampler, wall, monotonic, onProblem: tellProblem });

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function sendLive(samples: LiveSample[]): void {
  if (samples.length > 0) send({ type: 'live', samples });
}

let timer: NodeJS.Timeout | undefined;

/** On whole seconds, so that what is sampled together is read together. */
function schedule(): void {
  clearTimeout(timer);
  const period = sampler.isWatched ? WATCHED_MS : FINEST_STEP_MS;
  timer = setTimeout(
    () => {
      sendLive(sampler.tick());
      keeper.write();
      schedule();
    },
    period - (wall() % period),
  );
}

function answer(message: ToWorker & { type: 'ask' }): unknown {
  switch (message.name) {
    case 'range':
      return keeper.range(message.ask as RangeQuery);
    case 'named':
      return keeper.named(message.ask as Questions['named']['ask']);
    case 'giveBackMemory':
      collectGarbage();
      return undefined;
    case 'close':
      clearTimeout(timer);
      keeper[Symbol.dispose]();
      return undefined;
  }
}

function handle(message: ToWorker): void {
  const wasWatched = sampler.isWatched;
  switch (message.type) {
    case 'target':
      sampler.setTarget(message.container);
      break;
    case 'drop':
      sampler.dropTarget(message.key);
      break;
    case 'alive':
      keeper.setAlive(message.keys);
      break;
    case 'watch':
      sendLive(sampler.watch(message.key, message));
      break;
    case 'unwatch':
      sampler.unwatch(message.key);
      break;
    case 'mark':
      keeper.mark(message.mark);
      break;
    case 'ask':
      try {
        send({ type: 'answer', number: message.number, answer: answer(message) });
      } catch (error) {
        send({ type: 'refusal', number: message.number, message: String(error) });
      }
      return;
  }
  if (sampler.isWatched !== wasWatched) schedule();
}

parentPort?.on('message', handle);
schedule();
