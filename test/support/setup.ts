import './wait-for.ts'
import { checkEngines } from './given-deployment.ts'
import { checkLeaks } from './leak-check.ts'
import { beginEachCase } from './properties.ts'

// This runs for each file, and what it imports once for all files of a worker.
checkLeaks()
checkEngines()
beginEachCase()
