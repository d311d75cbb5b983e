import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { isEngineError } from '../../errors/index.ts';
import { corrupt } from '../corrupt.ts';
import type { Compression } from '../layer/layer-applier.ts';
import { zstdFrames } from './zstd-frames.ts';

const CHUNK = 1 << 18;
const STDERR_CAP = 4_096;

/** Decodes to the end and is strict about it; `consume` gets the uncompressed chunks. */
type Decoder = (
  source: AsyncIterable<Buffer>,
  consume: (chunks: AsyncIterable<Buffer>) => Promise<void>,
) => Promise<void>;

/**
 * The decoder for a compression. Programs for xz and bzip2 are started at once: later the process may be inside a folder
 * that has none.
 */
export function startDecoder(compression: Compression): Decoder {
  switch (compression) {
    case 'none':
      return (source, consume) => consume(source);
    case 'gzip':
      return decodeGzip;
    case 'zstd':
      return decodeZstd;
    case 'xz':
      return decodeByProgram('xz', ['--decompress', '--stdout', '--format=xz', '--memlimit-decompress=128MiB']);
    case 'bzip2':
      return decodeByProgram('bzip2', ['--decompress', '--stdout']);
  }
}

async function decodeGzip(source: AsyncIterable<Buffer>, consume: Parameters<Decoder>[1]): Promise<void> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  let readBytes = 0;
  const counted = async function* () {
    for await (const chunk of source) {
      readBytes += chunk.length;
      yield chunk;
    }
  };
  await decoded(() => pipeline(counted, gunzip, consume));
  // Node stops in silence at zeros after the last member.
  if (gunzip.bytesWritten !== readBytes)
    throw corrupt('trailing_garbage', 'The compressed data is followed by something else');
}

function decodeZstd(source: AsyncIterable<Buffer>, consume: Parameters<Decoder>[1]): Promise<void> {
  const zstd = createZstdDecompress({ chunkSize: CHUNK, params: { [constants.ZSTD_d_windowLogMax]: 27 } });
  return decoded(() =>
    pipeline(Readable.from(zstdFrames(source), { objectMode: true, highWaterMark: 4 }), zstd, consume),
  );
}

/** zlib's errors are the archive's fault; every other one passes. */
async function decoded(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (isEngineError(error) || !(error instanceof Error) || !('code' in error)) throw error;
    const code = String(error.code);
    if (code === 'Z_BUF_ERROR') throw corrupt('truncated', 'The compressed data ends too early', undefined, error);
    if (!/^(Z_|ZSTD_|ERR_TRAILING_JUNK)/.test(code)) throw error;
    throw corrupt('decompression_failed', `The compressed data is damaged (${error.message})`, undefined, error);
  }
}

function decodeByProgram(program: string, args: readonly string[]): Decoder {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { NODE_ENV: process.env['NODE_ENV'], PATH: process.env['PATH'], LC_ALL: 'C' },
  });
  const ended = exitOf(child);
  // Awaited below; a program that is missing fails before anyone awaits it.
  ended.catch(() => undefined);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, STDERR_CAP);
  });
  return async (source, consume) => {
    const feed = pipeline(source, child.stdin);
    const [fed, consumed, exit] = await Promise.allSettled([feed, consume(child.stdout), ended]);
    if (consumed.status === 'rejected' && !isEarlyEnd(consumed.reason)) throw consumed.reason;
    if (exit.status === 'rejected') throw exit.reason;
    // bzip2 ignores what follows with a warning and success.
    if (exit.value !== 0 || complaint !== '') {
      throw corrupt(
        'decompression_failed',
        `The compressed data is damaged (${program}: ${complaint.trim().slice(0, 200)})`,
      );
    }
    if (consumed.status === 'rejected') throw consumed.reason;
    if (fed.status === 'rejected') throw fed.reason;
  };
}

/** The tar ends too early when its decompression does: then the program knows why. */
function isEarlyEnd(error: unknown): boolean {
  return isEngineError(error, 'data_corrupt') && ['empty', 'truncated'].includes(error.details.reason ?? '');
}

async function exitOf(child: ChildProcess): Promise<number> {
  const [code] = await once(child, 'close');
  return typeof code === 'number' ? code : 128;
}
