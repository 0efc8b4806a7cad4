import { Creator } from '../parts/creator.tsx'
import { Faults } from '../parts/faults.tsx'
import { Log } from '../parts/log.tsx'
import { Phone } from '../parts/phone.tsx'

/** Be the customer, watch the wire, change the world. */
export function Stage() {
  return <main className="main"><h1 className="vh">Stage</h1><Phone /><Log /><aside className="tools" aria-label="Creator and faults"><Faults /><Creator /></aside></main>
}
