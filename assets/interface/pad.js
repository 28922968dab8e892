// The drawing pad: strokes are kept as points, shown in the page's colours and sent as a black-on-white picture.
const SIDE = 280;                      // the picture that is sent, and the unit of all points
const LOST = 'The server does not answer. Your drawing is kept, and sent again until it does.';
const PAUSE = 90;                      // milliseconds between two pictures while the pen moves
const screen = element.querySelector('canvas');
const paper = element.querySelector('.paper');
const brush = element.querySelector('.brush');
const sheet = Object.assign(document.createElement('canvas'), { width: SIDE, height: SIDE });
sheet.getContext('2d', { alpha: false });  // three channels instead of four: a third less for the server to decode
let strokes = [];
let current = null;
let sentAt = 0;
let timer = null;
let asking = false;                    // one drawing is under way at most; of those drawn meanwhile the newest follows
let newest = null;
const door = new URL('pad/read', `${window.gradio_config?.root || location.origin}/`);
const page = crypto.getRandomValues(new Uint32Array(2)).join('-');  // so that the server tells one page's drawings from another's

function paint(canvas, ground, pen) {
  const context = canvas.getContext('2d');
  context.setTransform(canvas.width / SIDE, 0, 0, canvas.height / SIDE, 0, 0);
  context.fillStyle = ground;
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = pen;
  context.lineCap = context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.lineWidth = stroke.width;
    context.beginPath();
    const [first, ...rest] = stroke.points;
    context.moveTo(...first);
    if (!rest.length) context.lineTo(first[0] + 0.01, first[1]);
    // through the middles of the segments: a quick hand leaves few points, and corners are not what it drew
    rest.forEach((point, i) => {
      const next = rest[i + 1];
      if (next) context.quadraticCurveTo(...point, (point[0] + next[0]) / 2, (point[1] + next[1]) / 2);
      else context.lineTo(...point);
    });
    context.stroke();
  }
}

function show() {
  const style = getComputedStyle(paper);
  const side = Math.round(screen.clientWidth * (window.devicePixelRatio || 1)) || SIDE;
  if (screen.width !== side) screen.width = screen.height = side;
  paint(screen, style.getPropertyValue('--paper'), style.getPropertyValue('--pen'));
  paper.classList.toggle('empty', !strokes.length);
}

function send() {
  clearTimeout(timer);
  timer = null;
  sentAt = performance.now();
  paint(sheet, '#fff', '#000');
  if (strokes.length) sheet.toBlob(ask, 'image/png');
  else ask(new Blob());
}

async function ask(drawing) {
  newest = drawing;
  if (asking) return;
  asking = true;
  for (let again = 0; newest;) {
    const sent = newest;
    newest = null;
    try {
      const answer = await fetch(door, { method: 'POST', body: sent, headers: { 'X-Pad': page } });
      if (answer.status === 503) throw new Error('busy');
      const text = await answer.text();
      if (!newest) document.dispatchEvent(new CustomEvent('hcr-answer', { detail: answer.ok ? text : refusal(text) }));
      again = 0;
    } catch (error) {                  // a full server, or none: soon again, then less often
      newest = newest || sent;
      again += 1;
      if (again === 8) document.dispatchEvent(new CustomEvent('hcr-answer', { detail: refusal(LOST) }));
      await new Promise((done) => setTimeout(done, Math.min(2000, 100 * again) * (0.5 + Math.random())));
    }
  }
  asking = false;
}

function refusal(sentence) {
  const shown = Object.assign(document.createElement('p'), { textContent: sentence });
  return `<div class="answer empty error" role="alert">${shown.outerHTML}</div>`;
}

function sendSoon() {
  if (!timer) timer = setTimeout(send, Math.max(0, PAUSE - (performance.now() - sentAt)));
}

function at(event) {
  const box = screen.getBoundingClientRect();
  return [((event.clientX - box.left) * SIDE) / box.width, ((event.clientY - box.top) * SIDE) / box.height];
}

function undo() { strokes.pop(); show(); send(); }
function clear() { strokes = []; show(); send(); }

screen.addEventListener('pointerdown', (event) => {
  if (event.button > 0 || current) return;
  event.preventDefault();
  screen.focus({ preventScroll: true });
  screen.setPointerCapture(event.pointerId);
  current = { width: +brush.value, points: [at(event)], pointer: event.pointerId };
  strokes.push(current);
  show();
});
screen.addEventListener('pointermove', (event) => {
  if (!current || event.pointerId !== current.pointer) return;
  const moves = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
  for (const move of moves.length ? moves : [event]) current.points.push(at(move));
  show();
  sendSoon();
});
for (const name of ['pointerup', 'pointercancel'])
  screen.addEventListener(name, (event) => {
    if (!current || event.pointerId !== current.pointer) return;
    current = null;
    send();
  });
screen.addEventListener('keydown', (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') undo();
  else if (event.key === 'Delete' || event.key === 'Backspace') clear();
  else if (event.key === '[') brush.value = +brush.value - 2;
  else if (event.key === ']') brush.value = +brush.value + 2;
  else return;
  event.preventDefault();
});
element.querySelector('.undo').addEventListener('click', undo);
element.querySelector('.clear').addEventListener('click', clear);

new ResizeObserver(show).observe(screen);
new MutationObserver(show).observe(document.body, { attributes: true, attributeFilter: ['class'] });
show();
