import type { LinkInfo } from './kernel.ts';
import { encodeMessage, getLink, type NetlinkMessage, NLM } from './netlink-message.ts';
import { type NetlinkReply, parseLink, parseReplies } from './netlink-reply.ts';
import { errnoName, SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDBUFFORCE = 32;
const RECEIVE_BYTES = 65_536;
/** What a socket takes at once when nothing is said. */
const SEND_BYTES = 200_000;
/** The kernel answers while it is asked; waiting for what never comes would stop every other call. */
const ANSWER_SECONDS = 30;
/** How often a listing that others changed meanwhile is begun anew. */
const DUMP_TRIES = 20;

/** What a transaction failed at: the place of the message in its list, -1 for the transaction as such. */
interface Refusal {
  index: number;
  errno: string;
  text: string;
}

/** A netlink socket, of rtnetlink when nothing else is asked for; it stays in the network namespace its thread was in when it was opened. */
export class NetlinkSocket implements Disposable {
  readonly #sys: Syscalls;
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(RECEIVE_BYTES);
  #sequence = 0;

  constructor(sys: Syscalls, protocol = 0) {
    this.#sys = sys;
    this.#fd = sys.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, protocol);
    try {
      const address = Buffer.alloc(12);
      address.writeUInt16LE(AF_NETLINK, 0);
      sys.bind(this.#fd, address);
      const on = Buffer.from([1, 0, 0, 0]);
      sys.setsockopt(this.#fd, SOL_NETLINK, NETLINK_CAP_ACK, on);
      sys.setsockopt(this.#fd, SOL_NETLINK, NETLINK_EXT_ACK, on);
      const time = Buffer.alloc(16);
      time.writeBigInt64LE(BigInt(ANSWER_SECONDS));
      sys.setsockopt(this.#fd, SOL_SOCKET, SO_RCVTIMEO, time);
    } catch (cause) {
      sys.close(this.#fd);
      throw cause;
    }
  }

  /** Sends all messages at once and waits for one acknowledgement each; the first refusal is thrown. */
  change(...messages: NetlinkMessage[]): void {
    const first = this.#send(messages);
    let refusal: { error: number; text: string } | undefined;
    for (let waiting = messages.length; waiting > 0; ) {
      for (const reply of this.#receive()) {
        if (reply.kind !== 'ack' || reply.sequence < first) continue;
        waiting -= 1;
        if (reply.error !== 0) refusal ??= reply;
      }
    }
    if (refusal !== undefined) throw netlinkError(refusal.error, refusal.text);
  }

  /**
   * Messages between the two borders take effect together or not at all. The kernel answers for the last one and for each
   * that it refuses; when the whole is refused, for the first border only. Without the second border it checks all
   * messages and forgets them.
   */
  transact(begin: NetlinkMessage, messages: readonly NetlinkMessage[], end?: NetlinkMessage): Refusal | undefined {
    if (messages.length === 0) return undefined;
    const asking = messages.map((message, index) =>
      index === messages.length - 1 ? { ...message, flags: message.flags | NLM.ack } : message,
    );
    const first = this.#send([begin, ...asking, ...(end === undefined ? [] : [end])]);
    const last = first + messages.length;
    let refusal: Refusal | undefined;
    for (;;) {
      for (const reply of this.#receive()) {
        if (reply.kind !== 'ack' || reply.sequence < first) continue;
        if (reply.error !== 0) {
          refusal ??= { index: reply.sequence - first - 1, errno: errnoName(reply.error), text: reply.text };
        }
        if (reply.sequence === last || (reply.sequence === first && reply.error !== 0)) return refusal;
      }
    }
  }

  /** The one answer to a question that asks for an acknowledgement; undefined when it is refused with `absent`. */
  get(message: NetlinkMessage, absent?: string): Buffer | undefined {
    const first = this.#send([message]);
    let found: Buffer | undefined;
    for (;;) {
      for (const reply of this.#receive()) {
        if (reply.sequence < first) continue;
        if (reply.kind === 'data') found = Buffer.from(reply.payload);
        if (reply.kind !== 'ack') continue;
        if (reply.error === 0 || errnoName(reply.error) === absent) return found;
        throw netlinkError(reply.error, reply.text);
      }
    }
  }

  /** Undefined when there is no link of this name. */
  link(name: string): LinkInfo | undefined {
    const found = this.get({ ...getLink(name), flags: NLM.ack }, 'ENODEV');
    return found === undefined ? undefined : parseLink(found);
  }

  requireLink(name: string): LinkInfo {
    const found = this.link(name);
    if (found === undefined) {
      throw new SyscallError({ syscall: 'netlink', errno: 'ENODEV', text: `there is no link ${name}` });
    }
    return found;
  }

  /** Payloads of a dump; one that was changed by others while it was read is read again. */
  dump(message: NetlinkMessage): Buffer[] {
    for (let tries = 0; tries < DUMP_TRIES; tries++) {
      const payloads = this.#tryDump(message);
      if (payloads !== undefined) return payloads;
    }
    throw new SyscallError({ syscall: 'netlink', errno: 'EINTR', text: 'what is to be listed changes all the time' });
  }

  #tryDump(message: NetlinkMessage): Buffer[] | undefined {
    const first = this.#send([message]);
    const payloads: Buffer[] = [];
    let interrupted = false;
    for (;;) {
      for (const reply of this.#receive()) {
        if (reply.sequence < first) continue;
        if (reply.kind !== 'ack') interrupted ||= reply.interrupted;
        if (reply.kind === 'data') {
          // The receive buffer is used again for the next part.
          payloads.push(Buffer.from(reply.payload));
          continue;
        }
        if (reply.error !== 0) throw netlinkError(reply.error, reply.kind === 'ack' ? reply.text : '');
        return interrupted ? undefined : payloads;
      }
    }
  }

  #send(messages: readonly NetlinkMessage[]): number {
    const first = this.#sequence + 1;
    const encoded = messages.map((message) => {
      this.#sequence += 1;
      return encodeMessage(message, this.#sequence);
    });
    const data = Buffer.concat(encoded);
    if (data.length > SEND_BYTES) {
      const size = Buffer.alloc(4);
      size.writeInt32LE(data.length);
      this.#sys.setsockopt(this.#fd, SOL_SOCKET, SO_SNDBUFFORCE, size);
    }
    this.#sys.send(this.#fd, data);
    return first;
  }

  #receive(): NetlinkReply[] {
    const length = this.#sys.recv(this.#fd, this.#buffer);
    return parseReplies(this.#buffer.subarray(0, length));
  }

  [Symbol.dispose](): void {
    this.#sys.close(this.#fd);
  }
}

function netlinkError(error: number, text: string): SyscallError {
  return new SyscallError({ syscall: 'netlink', errno: errnoName(error), text });
}
