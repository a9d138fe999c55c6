/** A queue, first in, first out, that moves nothing when it gives an entry out. */
export class Queue<T> {
  #values: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#values.length - this.#head;
  }

  push(value: T): void {
    this.#values.push(value);
  }

  shift(): T | undefined {
    if (this.#head === this.#values.length) return undefined;
    const value = this.#values[this.#head];
    this.#values[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }

  takeAll(): T[] {
    const all = this.#values.slice(this.#head) as T[];
    this.#values = [];
    this.#head = 0;
    return all;
  }
}

/** A queue that environments take turns at; each has its own in the order in which they came. */
export class SharedQueue<T> {
  /** By environment, in the order of their turns. */
  readonly #queues = new Map<string, Queue<T>>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(environmentId: string, value: T): void {
    let queue = this.#queues.get(environmentId);
    if (queue === undefined) {
      queue = new Queue();
      this.#queues.set(environmentId, queue);
    }
    queue.push(value);
    this.#length++;
  }

  /** The next of those that may have a turn. */
  shift(may: (environmentId: string) => boolean): T | undefined {
    for (const [environmentId, queue] of this.#queues) {
      if (!may(environmentId)) continue;
      const value = queue.shift();
      this.#length--;
      this.#queues.delete(environmentId);
      if (queue.length > 0) this.#queues.set(environmentId, queue);
      return value;
    }
    return undefined;
  }
}
