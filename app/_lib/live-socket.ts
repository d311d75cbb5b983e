import type { ManagerOptions, Socket } from 'socket.io-client';
import { loadCode } from './lazy-part.tsx';

type Listener = (...args: unknown[]) => void;

const AGAIN_MS = 2_000;

/**
 * A socket that is there at once, while the library behind it comes after the page has been drawn. What is asked of it until then
 * is done in its order as soon as the library is there.
 */
export class LiveSocket {
  #socket: Socket | undefined;
  #asked: ((socket: Socket) => void)[] = [];

  /** Connects by itself. */
  constructor(namespace: string, options: Partial<ManagerOptions>) {
    void this.#open(namespace, options);
  }

  get connected(): boolean {
    return this.#socket?.connected ?? false;
  }

  /** Whether it connects by itself when the connection is away. */
  get active(): boolean {
    return this.#socket?.active ?? true;
  }

  /** What a message carries is between its sender and who listens. */
  on<Args extends unknown[]>(event: string, listener: (...args: Args) => void): this {
    this.#do((socket) => socket.on(event, listener as Listener));
    return this;
  }

  off<Args extends unknown[]>(event: string, listener: (...args: Args) => void): this {
    this.#do((socket) => socket.off(event, listener as Listener));
    return this;
  }

  emit(event: string, ...args: unknown[]): void {
    this.#do((socket) => socket.emit(event, ...args));
  }

  connect(): void {
    this.#do((socket) => {
      // On a connection that stands, the library would join the namespace a second time and be told everything twice.
      if (!socket.active) socket.connect();
    });
  }

  disconnect(): void {
    this.#do((socket) => socket.disconnect());
  }

  #do(work: (socket: Socket) => void): void {
    if (this.#socket === undefined) this.#asked.push(work);
    else work(this.#socket);
  }

  async #open(namespace: string, options: Partial<ManagerOptions>): Promise<void> {
    const io = await loadLibrary();
    const socket = io(namespace, {
      transports: ['websocket'],
      reconnectionDelayMax: 5_000,
      randomizationFactor: 0.5,
      ...options,
    });
    this.#socket = socket;
    const asked = this.#asked;
    this.#asked = [];
    for (const work of asked) work(socket);
  }
}

/** Without it nothing is live, so it is tried for as long as it takes; the page asks every few seconds meanwhile. */
async function loadLibrary() {
  for (;;) {
    try {
      return (await loadCode(() => import('./socket-library.ts'))).io;
    } catch {
      // As with a server that is away: later.
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
