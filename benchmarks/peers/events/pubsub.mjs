// Who follows what. Each follower has a queue of its own, as an async iterator.

export class PubSub {
  constructor() {
    this.topics = new Map();
  }

  follow(topic) {
    const followers = this.topics.get(topic) ?? new Set();
    this.topics.set(topic, followers);
    const follower = new Follower(() => {
      followers.delete(follower);
      if (!followers.size) this.topics.delete(topic);
    });
    followers.add(follower);
    return follower;
  }

  publish(topic, event) {
    for (const follower of this.topics.get(topic) ?? []) follower.push(event);
  }
}

class Follower {
  constructor(leave) {
    this.leave = leave;
    this.queue = [];
    this.waiting = null;
    this.over = false;
  }

  push(event) {
    if (!this.waiting) this.queue.push(event);
    else this.answer({ value: event, done: false });
  }

  answer(result) {
    const waiting = this.waiting;
    this.waiting = null;
    waiting(result);
  }

  next() {
    if (this.queue.length) return Promise.resolve({ value: this.queue.shift(), done: false });
    if (this.over) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => (this.waiting = resolve));
  }

  return() {
    this.over = true;
    this.leave();
    if (this.waiting) this.answer({ value: undefined, done: true });
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator]() {
    return this;
  }
}
