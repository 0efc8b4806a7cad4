import { ERRORS, type Lock, type Locker, type RequestRelease } from '@tus/server'
import type { House } from '../kit/house.ts'
import type { Held, Locks } from './locks.ts'
import { sleep } from './sleep.ts'

const WANTED = 'upload_wanted'
const PATIENCE_MS = 15_000
const LOOK_AGAIN_MS = 50

/**
 * tus asks that one request at a time works on an upload, and that a new one (the page came back) can ask the old one, perhaps a dead
 * connection, to let go. The lock lives in PostgreSQL, so the two may be in different processes; the asking goes by NOTIFY.
 */
export function openTusLocks(house: Pick<House, 'db' | 'wire'>, locks: Locks): { locker: Locker; close(): void } {
  const holders = new Map<string, RequestRelease>()
  const unlisten = house.wire.listen(WANTED, id => { if (id !== null) void holders.get(id)?.() })
  const ask = async (id: string) => {
    const mine = holders.get(id)
    if (mine) await mine()
    else await sqlNotify(house, id)
  }
  return {
    locker: { newLock: id => lockOf(id, locks, holders, ask) },
    close: () => { unlisten() },
  }
}

function lockOf(id: string, locks: Locks, holders: Map<string, RequestRelease>, ask: (id: string) => Promise<void>): Lock {
  let held: Held | undefined
  return {
    async lock(signal, release) {
      for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
        held = await locks.hold(`tus ${id}`)
        if (held) break
        if (signal.aborted || waited > PATIENCE_MS) throw ERRORS.ERR_LOCK_TIMEOUT
        if (waited % 1000 === 0) await ask(id)
        await sleep(LOOK_AGAIN_MS, signal)
      }
      holders.set(id, release)
      held.lost.addEventListener('abort', () => { void release() }, { once: true })
    },
    async unlock() {
      holders.delete(id)
      await held?.release()
    },
  }
}

async function sqlNotify(house: Pick<House, 'db'>, id: string): Promise<void> {
  await house.db.selectNoFrom(eb => eb.fn('pg_notify', [eb.val(WANTED), eb.val(id)]).as('told')).execute()
}
