// A server that starts one container and is then killed: settings and spec as JSON on stdin, the pid as JSON on stdout.
import { text } from 'node:stream/consumers';
import { createKernel } from '../../kernel/index.ts';
import { runtimeOf } from './runtime-fixture.ts';

const { spec, ...settings } = JSON.parse(await text(process.stdin));
const task = await runtimeOf(settings, await createKernel()).start(spec);
process.stdout.write(`${JSON.stringify({ pid: task.pid, pidStartTicks: task.pidStartTicks.toString() })}\n`);
await new Promise((resolve) => setTimeout(resolve, 60_000));
