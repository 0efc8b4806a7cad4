import { business } from './business/face.ts'
import { control } from './control.ts'
import { screens } from './screens.ts'
import type { MakeFace } from './face.ts'
import { login } from './login/face.ts'

/** Every face there is. The order matters only for documents. */
export const allFaces: MakeFace[] = [control, login, business, screens]
