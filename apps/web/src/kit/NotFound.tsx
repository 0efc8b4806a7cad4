import { Go } from './Act.tsx'
import { Door } from './Door.tsx'
import { Empty } from './words.tsx'

export const NotFound = () => (
  <Empty icon={<Door size={34} lit={false} />} title="This door leads nowhere" acts={<Go to="/inbox" kind="go">To the inbox</Go>}>
    The link may be old, or what it showed was deleted or belongs to an account that is not yours.
  </Empty>
)
