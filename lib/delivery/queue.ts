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
