import express from 'express'
import { createNodeHandler } from 'tailrace/node'
import { mongo, options, port, tell } from './theirs.js'

const relay = createNodeHandler(options)
const app = express()
// it would print what is wrong with bodies
app.set('env', 'test')
app.use((_request, response, next) => {
  response.setHeader('x-theirs', 'yes')
  next()
})
app.use(express.json())
app.use(relay.request)
app.get('/mongo', async (_request, response) => response.send(await mongo()))
app.post('/echo', (request, response) => response.json(request.body))
app.use((_request, response) => response.send('theirs'))
const server = app.listen(port, '127.0.0.1')
server.on('upgrade', (request, socket, head) => relay.upgrade(request, socket, head) || socket.destroy())
server.on('listening', () => tell(relay, `http://127.0.0.1:${server.address().port}`))
