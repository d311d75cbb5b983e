import type { LinkInfo } from './kernel.ts';
import { encodeMessage, getLink, type NetlinkMessage, NLM } from './netlink-message.ts';
import { isLinkReply, type NetlinkReply, parseLink, parseReplies } from './netlink-reply.ts';
import { errnoName, SyscallError } from './syscall-error.ts';
import type { Syscalls } from './syscalls.ts';

const AF_NETLINK = 16;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const RECEIVE_BYTES = 65_536;

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

  /** Undefined when there is no link of this name. */
  link(name: string): LinkInfo | undefined {
    const first = this.#send([{ ...getLink(name), flags: NLM.ack }]);
    let found: LinkInfo | undefined;
    for (;;) {
      for (const reply of this.#receive()) {
        if (reply.sequence < first) continue;
        if (isLinkReply(reply)) found = parseLink(reply.payload);
        if (reply.kind !== 'ack') continue;
        if (reply.error === 0 || errnoName(reply.error) === 'ENODEV') return found;
        throw netlinkError(reply.error, reply.text);
      }
    }
  }

  requireLink(name: string): LinkInfo {
    const found = this.link(name);
    if (found === undefined) {
      throw new SyscallError({ syscall: 'netlink', errno: 'ENODEV', text: `there is no link ${name}` });
    }
    return found;
  }

  /** Payloads of a dump. */
  dump(message: NetlinkMessage): Buffer[] {
    const first = this.#send([message]);
    const payloads: Buffer[] = [];
    for (;;) {
      for (const reply of this.#receive()) {
        if (reply.sequence < first) continue;
        if (reply.kind === 'data') {
          // The receive buffer is used again for the next part.
          payloads.push(Buffer.from(reply.payload));
          continue;
        }
        if (reply.error !== 0) throw netlinkError(reply.error, reply.kind === 'ack' ? reply.text : '');
        return payloads;
      }
    }
  }

  #send(messages: readonly NetlinkMessage[]): number {
    const first = this.#sequence + 1;
    const encoded = messages.map((message) => {
      this.#sequence += 1;
      return encodeMessage(message, this.#sequence);
    });
    this.#sys.send(this.#fd, Buffer.concat(encoded));
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
