import { stripVTControlCharacters, styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]
type Out = { isTTY?: boolean; columns?: number } & NodeJS.WritableStream

/** Colours on a terminal only; NO_COLOR and FORCE_COLOR are respected by Node's own rules. */
export const paint = (style: Style, text: string, stream: NodeJS.WritableStream = process.stdout) => styleText(style, text, { stream })

/** Controls and invisible format characters; the joiner stays, which family pictures are made with. */
const unprintable = /(?:(?!\u200D)[\p{Cc}\p{Cf}])+/gu
/** Text of strangers on one line: no escape sequence, line break or turning of the writing direction reaches the terminal. */
export const plain = (text: string) => stripVTControlCharacters(text).replaceAll(unprintable, ' ').trim()

const letters = new Intl.Segmenter()
const wide = /\p{Emoji_Presentation}|\p{Emoji}\u{FE0F}|\p{sc=Han}|\p{sc=Hangul}|\p{sc=Hiragana}|\p{sc=Katakana}|[\u{3000}-\u{303F}\u{FF01}-\u{FF60}]/u
/** Cells a text takes on a terminal: two for letters of East Asia and pictures, none for colours. */
export const widthOf = (text: string) => [...letters.segment(stripVTControlCharacters(text))].reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0)

export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const { segment } of letters.segment(text)) {
    if (widthOf(kept + segment) > width - 1) break
    kept += segment
  }
  return `${kept}…`
}

/** `grow`: this column gives way when the terminal is narrow. `style` is told the value and paints the finished cell. */
export type Column<T> = { title: string; of: (row: T) => string; right?: boolean; grow?: boolean; style?: (row: T) => Style | undefined }

/** Rows under their titles, aligned; fitted to the terminal's width, whole when piped. A column without a title is left out while it is empty. */
export function table<T>(rows: T[], all: Column<T>[], stream: Out = process.stdout): string {
  const columns = all.filter(column => column.title !== '' || rows.some(row => column.of(row) !== ''))
  const cells = rows.map(row => columns.map(column => plain(column.of(row))))
  const widths = columns.map((column, at) => Math.max(widthOf(column.title), ...cells.map(line => widthOf(line[at] ?? ''))))
  const room = stream.isTTY === true ? stream.columns ?? 80 : Infinity
  const over = widths.reduce((sum, width) => sum + width + 2, -2) - room
  const givesWay = columns.findIndex(column => column.grow)
  if (over > 0 && givesWay >= 0) widths[givesWay] = Math.max(12, (widths[givesWay] ?? 0) - over)
  const line = (texts: string[], style: (at: number) => Style | undefined) => texts.map((text, at) => {
    const width = widths[at] ?? 0, shown = cut(text, width), gap = ' '.repeat(width - widthOf(shown))
    const look = style(at), ink = look && shown !== '' ? paint(look, shown, stream) : shown
    return columns[at]?.right ? gap + ink : at === columns.length - 1 ? ink : ink + gap
  }).join('  ').trimEnd()
  return [line(columns.map(column => column.title), () => 'dim'), ...cells.map((texts, n) => line(texts, at => columns[at]?.style?.(rows[n] as T)))].join('\n')
}

/** "12 things", "1 thing". */
export const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? '' : 's'}`
export const size = (bytes: number) => bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`

/** "5 h 12 min", "38 min", "43 h". */
export function span(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000), hours = Math.floor(minutes / 60)
  if (minutes < 1) return `${Math.ceil(Math.max(0, ms) / 1000)} s`
  if (hours === 0) return `${minutes} min`
  return hours >= 10 || minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
/** "14:07" within the day, else "12 Nov 14:07"; in this machine's time zone, seen from the house's own clock. */
export function when(iso: string | null, now: number): string {
  if (iso === null) return ''
  const at = Date.parse(iso)
  return now - at < 18 * 3_600_000 && day.format(at) === day.format(now) ? minute.format(at) : `${day.format(at)} ${minute.format(at)}`
}
