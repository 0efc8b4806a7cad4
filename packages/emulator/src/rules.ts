import type { Store } from './world.ts'

/** A point on which TikTok is silent or reports disagree: what we do, what else can be chosen, and why we think so. */
export type RuleProfile = {
  name: string
  default: string
  /** Each choice with what it does. */
  options: Record<string, string>
  /** In one sentence, what the rule decides. */
  says: string
  /** Where the doubt comes from: the section of the fact sheet, the report. */
  evidence: string
  face: string
}

/** Choices by name; `true` and `false` stand for "on" and "off". */
export type Rules = Record<string, string | boolean>

export type RuleBook = {
  register(face: string, profiles: Omit<RuleProfile, 'face'>[]): void
  /** The choice in force. Asking for a rule nobody registered is a mistake of ours. */
  get(name: string): string
  is(name: string, option: string): boolean
  /** Changes choices; throws RuleError naming what may be chosen. */
  set(changes: Partial<Rules>): void
  list(): (RuleProfile & { value: string })[]
}

export class RuleError extends Error {}

export function makeRules(store: Store): RuleBook {
  const profiles = new Map<string, RuleProfile>()
  const settings = store.shelf('setting')
  const chosen = (name: string) => settings.get(`rule:${name}`)?.value as string | undefined
  const known = (name: string) => {
    const profile = profiles.get(name)
    if (!profile) throw new RuleError(`There is no rule "${name}". Known rules: ${[...profiles.keys()].join(', ')}`)
    return profile
  }
  return {
    register: (face, list) => {
      for (const profile of list) profiles.set(profile.name, { ...profile, face })
    },
    get: name => chosen(name) ?? known(name).default,
    is: (name, option) => (chosen(name) ?? known(name).default) === option,
    set: changes => {
      const wanted = Object.entries(changes).map(([name, given]): [string, string] => {
        const value = given === true ? 'on' : given === false ? 'off' : String(given)
        const options = Object.keys(known(name).options)
        if (!options.includes(value)) throw new RuleError(`The rule "${name}" can be ${options.map(o => `"${o}"`).join(' or ')}, not "${value}"`)
        return [name, value]
      })
      for (const [name, value] of wanted) settings.put({ id: `rule:${name}`, value })
    },
    list: () => [...profiles.values()].map(profile => ({ ...profile, value: chosen(profile.name) ?? profile.default })),
  }
}
