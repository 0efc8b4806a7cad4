/** The wordmark's door: a wall with a door ajar and light on the floor. `lit` false is the door at night, for empty places. */
export function Door({ size = 22, lit = true }: { size?: number; lit?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" className={lit ? undefined : 'unlit'}>
      <path className="wall" d="M1 24V12a11 11 0 0 1 22 0v12z" /><path className="floor" d="M8.5 20h7L19 24H3z" /><path className="light" d="M8.5 20V9.5a3.5 3.5 0 0 1 7 0V20z" />
    </svg>
  )
}

export const Wordmark = ({ words = true }: { words?: boolean }) => <span className="mark"><Door />{words ? 'Stagedoor' : <span className="vh">Stagedoor</span>}</span>
