import type { Trx } from '../kit/db.ts'
import type { House } from '../kit/house.ts'

/** The queue of each conversation: one message at a time, in order, across all processes. */
export const SEND_JOB = 'inbox.send'

/** The conversation's queue moves: at once, or after a pause on the wall. */
export const wakeQueue = (house: Pick<House, 'jobs'>, trx: Trx, conversationId: number, afterSeconds?: number) =>
  house.jobs.enqueue(trx, SEND_JOB, { conversationId }, { key: `conversation:${conversationId}`, ...(afterSeconds === undefined ? {} : { afterSeconds }) })
