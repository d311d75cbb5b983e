import type { Benchmark } from '../benchmark.ts';
import { attach } from './attach.ts';
import { exec } from './exec.ts';
import { images } from './images.ts';
import { list } from './list.ts';
import { logs } from './logs.ts';
import { longLog } from './long-log.ts';
import { memory } from './memory.ts';
import { parallel } from './parallel.ts';
import { run } from './run.ts';
import { running } from './running.ts';
import { startMany } from './start-many.ts';
import { startUp } from './start-up.ts';
import { verbs } from './verbs.ts';

/** In the order they are run. */
export const BENCHMARKS: readonly Benchmark[] = [
  ...[run, parallel, exec, list, verbs, startMany],
  ...[logs, longLog, attach, images, startUp, memory, running],
];
