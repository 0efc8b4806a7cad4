import { RioNo } from './refuse.ts'
import type { Contact } from './types.ts'

type Condition = { category?: unknown; field?: unknown; operator?: unknown; value?: unknown }
const bad = (why: string) => new RioNo(400, 'Validation error.', why)

/** `$and` or `$or`; an empty list means everybody (§6.2). */
export function matches(filter: unknown): (contact: Contact) => boolean {
  if (typeof filter !== 'object' || filter === null) throw bad('filter is an object with $and or $or.')
  const { $and: and, $or: or } = filter as { $and?: unknown; $or?: unknown }
  if ((and === undefined) === (or === undefined)) throw bad('filter has exactly one of $and and $or.')
  const list: unknown = and ?? or
  if (!Array.isArray(list)) throw bad('$and and $or are lists.')
  const tests = list.map((each: unknown) => test(each as Condition))
  if (tests.length === 0) return () => true
  return contact => and === undefined ? tests.some(t => t(contact)) : tests.every(t => t(contact))
}

const plainText = (value: unknown): string => typeof value === 'string' ? value : ''

function test({ category, field = '', operator, value }: Condition): (contact: Contact) => boolean {
  const read = reader(plainText(category), plainText(field))
  const values = Array.isArray(value) ? value.map(String) : [String(value)]
  switch (operator) {
    case 'isEqualTo': return c => read(c).includes(values[0] ?? '')
    case 'isNotEqualTo': return c => !read(c).includes(values[0] ?? '')
    case 'exists': return c => read(c).length > 0
    case 'doesNotExist': return c => read(c).length === 0
    case 'hasAnyOf': return c => values.some(v => read(c).includes(v))
    case 'hasAllOf': return c => values.every(v => read(c).includes(v))
    case 'hasNoneOf': return c => !values.some(v => read(c).includes(v))
    case 'isGreaterThan': return c => read(c).some(v => Number(v) > Number(values[0]))
    case 'isLessThan': return c => read(c).some(v => Number(v) < Number(values[0]))
    default: throw bad(`The operator "${String(operator)}" is not modelled.`)
  }
}

/** What a contact says under a name, as texts; nothing is an empty list. */
function reader(category: string, field: string): (contact: Contact) => string[] {
  if (category === 'contactTag') return c => c.tags
  if (category === 'lifecycle') return c => c.lifecycle ? [c.lifecycle] : []
  if (category !== 'contactField') throw bad(`category "${category}" is none of contactField, contactTag, lifecycle.`)
  return contact => {
    const plain: Record<string, string | number | null | undefined> = { assigneeUserId: contact.assigneeId, firstName: contact.firstName, lastName: contact.lastName, phone: contact.phone, email: contact.email, status: contact.status, created_at: Math.floor(contact.createdAt / 1000) }
    if (field === 'tags') return contact.tags
    const value = field in plain ? plain[field] : contact.customFields.find(f => f.name === field)?.value
    return value === null || value === undefined || value === '' ? [] : [String(value)]
  }
}
