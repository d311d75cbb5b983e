import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { NameZone } from './name-server.ts';

const TRIES = 3;
const ANSWER_MS = 1_000;
const HEADER_BYTES = 12;
const TYPE_A = 1;
const TYPE_AAAA = 28;

/**
 * Asks one of the addresses for a name that it knows. False: nobody answered; no address or no name to ask for is no
 * reason to doubt.
 */
export async function answersNames(zones: readonly NameZone[], port: number): Promise<boolean> {
  for (const { listen, members } of zones) {
    const address = listen.find((one) => one.includes('.'));
    const name = members.find(({ ipv4, names }) => ipv4 !== '' && names.length > 0)?.names.find(isLabel);
    if (address === undefined || name === undefined) continue;
    for (let tries = 0; tries < TRIES; tries += 1) if (await isAnswered(address, port, name)) return true;
    return false;
  }
  return true;
}

async function isAnswered(address: string, port: number, name: string): Promise<boolean> {
  return (await ask(address, port, name, ANSWER_MS)) !== undefined;
}

/** Asks an address for the name of itself. False: it does not know it, or did not answer in time. */
export async function knowsName(address: string, port: number, name: string, answerMs: number): Promise<boolean> {
  const answer = await ask(address, port, name, answerMs);
  // RFC 1035 4.1.1: no error, and something said.
  return answer !== undefined && (answer.readUInt8(3) & 0x0f) === 0 && answer.readUInt16BE(6) > 0;
}

async function ask(address: string, port: number, name: string, answerMs: number): Promise<Buffer | undefined> {
  const id = randomInt(1 << 16);
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  try {
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(answerMs) });
    socket.send(question(id, name, isIPv6(address) ? TYPE_AAAA : TYPE_A), port, address);
    const [answer] = (await heard) as [Buffer];
    // RFC 1035 4.1.1: the id of the question, and the bit that makes it an answer.
    const isOurs = answer.length >= HEADER_BYTES && answer.readUInt16BE(0) === id && (answer.readUInt8(2) & 0x80) !== 0;
    return isOurs ? answer : undefined;
  } catch {
    // Nobody listens there, or the time is over: both are no answer.
    return undefined;
  } finally {
    socket.close();
  }
}

/** RFC 1035 2.3.4; the short id of a container always is one. */
function isLabel(name: string): boolean {
  return name.length < 64 && !name.includes('.');
}

/** RFC 1035 4.1: one question for the address of a name without dots. */
function question(id: number, name: string, type: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  return Buffer.concat([header, Buffer.from([name.length]), Buffer.from(name), Buffer.from([0, 0, type, 0, 1])]);
}
