/**
 * Calls that arrive while a write is under way share the next one; each resolves when the write that carried it has committed.
 * A batch that fails is tried one by one, so that one bad item does not refuse its neighbours.
 * It starts at once when idle: there is no gathering timer, and latency is not the price.
 * `most` is capped because every batch size is a prepared statement of its own on the connection.
 */
export function sharedCommit<T>(write: (batch: T[]) => Promise<unknown>, most = 128): (item: T) => Promise<void> {
  type Waiting = { item: T; done: () => void; failed: (why: unknown) => void }
  const waiting: Waiting[] = []
  let writing = false

  const pump = async () => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most)
      try {
        await write(batch.map(one => one.item))
        for (const one of batch) one.done()
      } catch (why) {
        if (batch.length === 1) batch[0]?.failed(why)
        else for (const one of batch) await write([one.item]).then(one.done, one.failed)
      }
    }
    writing = false
  }

  return item => new Promise<void>((done, failed) => {
    waiting.push({ item, done, failed })
    if (writing) return
    writing = true
    setImmediate(() => { void pump() }) // whatever else this turn of the loop brings joins in
  })
}
