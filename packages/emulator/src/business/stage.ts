import type { Ground } from '../face.ts'
import type { Account, Customer } from '../words.ts'
import type { Person } from './types.ts'

/** Countries of the EEA, Switzerland and the UK (1.3). */
export const EU_COUNTRIES: ReadonlySet<string> = new Set(['AT', 'BE', 'BG', 'HR', 'CY', 'CZ', 'DK', 'EE', 'FI', 'FR', 'DE', 'GR', 'HU', 'IE', 'IT', 'LV', 'LT', 'LU', 'MT', 'NL', 'PL', 'PT', 'RO', 'SK', 'SI', 'ES', 'SE', 'IS', 'LI', 'NO', 'CH', 'GB'])

export const bare = (handle: string): string => handle.replace(/^@/, '')

export function accountNamed(ground: Ground, handle: string): Account {
  const shelf = ground.store.shelf('account')
  const found = shelf.get(handle) ?? shelf.find(a => a.handle === bare(handle))
  if (!found) throw new Error(`No account is called @${bare(handle)} in this world`)
  return found
}

export function customerNamed(ground: Ground, handle: string): Customer {
  const shelf = ground.store.shelf('customer')
  const found = shelf.get(handle) ?? shelf.find(c => c.handle === bare(handle))
  if (!found) throw new Error(`No customer is called @${bare(handle)} in this world`)
  return found
}

/** The messaging side of a customer, made at the first need. The id that apps see is the customer's own, stable through every renaming (4, G32). */
export function personOf(ground: Ground, customerId: string): Person {
  const shelf = ground.store.shelf('person')
  return shelf.get(customerId) ?? shelf.put({ id: customerId, available: true, underEuRules: null })
}

export function underEuRules(ground: Ground, customerId: string): boolean {
  const said = personOf(ground, customerId).underEuRules
  return said ?? EU_COUNTRIES.has(ground.store.shelf('customer').get(customerId)?.region ?? '')
}
