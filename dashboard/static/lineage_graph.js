// Draws the picture of the lineage: boxes are buttons that the keyboard reaches, links are curves behind them.
const SVG = "http://www.w3.org/2000/svg";
// Below this zoom the names cannot be read.
const LEAST = 0.8;
const known = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  let held = known.get(parentElement);
  if (!held) {
    held = begin(parentElement);
    known.set(parentElement, held);
  }
  const focused = held.root.querySelector(".box:focus")?.dataset.id;
  draw(held, data, (id) => setTriggerValue("picked", id));
  const first = !held.drawn || held.size !== String(data.size);
  held.drawn = true;
  held.size = String(data.size);
  if (first) fit(held, data, LEAST);
  if (focused) boxOf(held, focused)?.focus({ preventScroll: true });
  if (data.chosen && data.chosen !== held.chosen) reveal(held, data.chosen);
  else if (first && data.start) begun(held, data);
  held.chosen = data.chosen;
}

function begin(parent) {
  const root = make("div", "root");
  const bar = make("div", "bar");
  const frame = make("div", "frame");
  const sheet = make("div", "sheet");
  const room = make("div", "room");
  const heads = make("div", "heads");
  frame.setAttribute("role", "group");
  frame.setAttribute("tabindex", "-1");
  room.append(heads, sheet);
  frame.append(room);
  root.append(bar, frame);
  parent.append(root);
  return { root, bar, frame, heads, sheet, room, zoom: 1 };
}

function draw(held, data, pick) {
  const { bar, frame, sheet } = held;
  frame.setAttribute("aria-label", data.words.about);
  bar.replaceChildren(
    tool("−", data.words.out, () => zoomTo(held, data, held.zoom / 1.25)),
    tool("+", data.words.in, () => zoomTo(held, data, held.zoom * 1.25)),
    tool("⤢", data.words.fit, () => fit(held, data, 0)),
  );
  const corners = new Map(data.boxes.map((box) => [box.id, box]));
  held.heads.replaceChildren(...data.heads.map((stage) => headed(stage)));
  sheet.replaceChildren(lines(data, corners), ...data.boxes.map((box) => boxed(box, data, pick)));
  sheet.onkeydown = (event) => move(event, held, data, corners);
  sheet.onpointerover = (event) => light(held, event.target.closest?.(".box")?.dataset.id);
  sheet.onpointerleave = () => light(held, undefined);
  zoomTo(held, data, held.zoom);
}

function headed(stage) {
  const head = make("div", "head");
  head.append(make("span", "stage", stage.name));
  return head;
}

function boxed(box, data, pick) {
  const button = make("button", "box");
  button.type = "button";
  button.dataset.id = box.id;
  button.title = box.spoken;
  button.setAttribute("aria-label", box.spoken);
  button.setAttribute("aria-pressed", String(box.id === data.chosen));
  for (const [mark, on] of [["fold", box.fold], ["chosen", box.id === data.chosen], ["off", data.chosen && !box.path]])
    button.classList.toggle(mark, Boolean(on));
  if (box.status) button.classList.add(box.status);
  Object.assign(button.style, {
    left: `${box.left}px`, top: `${box.top}px`, width: `${data.box[0]}px`, height: `${data.box[1]}px`,
  });
  const top = make("span", "kind", box.kind);
  if (box.sign) top.prepend(make("span", "sign", `${box.sign} `));
  button.append(top, make("span", "name", box.name));
  button.onclick = () => pick(box.id);
  return button;
}

function lines(data, corners) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", data.size[0] + 40);
  svg.setAttribute("height", data.size[1] + 20);
  svg.setAttribute("aria-hidden", "true");
  const [width, height] = data.box;
  for (const [source, target, state, mark, route] of data.links) {
    const from = corners.get(source), to = corners.get(target);
    if (!from || !to) continue;
    const x1 = from.left + width, y1 = from.top + height / 2, x2 = to.left, y2 = to.top + height / 2;
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", drawnThrough([x1, y1], route, [x2, y2], width));
    line.setAttribute("class", `line ${state} ${mark}`);
    line.dataset.source = source;
    line.dataset.target = target;
    svg.append(line);
  }
  return svg;
}

// A curve between columns, a straight line through each column that is passed.
function drawnThrough(start, route, end, width) {
  let [x, y] = start;
  let drawn = `M${x} ${y}`;
  for (const [left, middle] of [...route, end]) {
    const bend = Math.max(14, Math.abs(left - x) / 2);
    drawn += ` C${x + bend} ${y} ${left - bend} ${middle} ${left} ${middle}`;
    [x, y] = [left + width, middle];
    if (left !== end[0] || middle !== end[1]) drawn += ` L${x} ${y}`;
  }
  return drawn;
}

function light(held, id) {
  for (const line of held.sheet.querySelectorAll(".line"))
    line.classList.toggle("lit", Boolean(id) && (line.dataset.source === id || line.dataset.target === id));
}

// Up and down within a column, left and right along a link.
function move(event, held, data, corners) {
  const here = corners.get(event.target.dataset?.id);
  const along = { ArrowLeft: [0, 1], ArrowRight: [1, 0] }[event.key];
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!here || (!along && !step)) return;
  event.preventDefault();
  let next = [];
  if (along) {
    const linked = data.links.filter((link) => link[along[1]] === here.id).map((link) => corners.get(link[along[0]]));
    next = linked.filter(Boolean);
  } else {
    next = data.boxes.filter((box) => box.left === here.left && Math.sign(box.top - here.top) === step);
  }
  next.sort((a, b) => Math.abs(a.top - here.top) - Math.abs(b.top - here.top));
  if (next.length) boxOf(held, next[0].id)?.focus();
}

function boxOf(held, id) {
  return [...held.sheet.querySelectorAll(".box")].find((box) => box.dataset.id === id);
}

function reveal(held, id) {
  boxOf(held, id)?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// At first the beginning of the way is in sight, at the height of what matters, or of the box there that is nearest.
function begun(held, data) {
  const start = data.boxes.find((one) => one.id === data.start);
  const inSight = data.boxes.filter((one) => (one.left + data.box[0]) * held.zoom <= held.frame.clientWidth);
  const away = (one) => Math.abs(one.top - start.top);
  const box = start && inSight.reduce((best, one) => (away(one) < away(best) ? one : best), inSight[0] ?? start);
  if (box) held.frame.scrollTop = Math.max(0, box.top * held.zoom - held.frame.clientHeight / 2);
}

function zoomTo(held, data, zoom) {
  held.zoom = Math.min(2, Math.max(0.15, zoom));
  held.sheet.style.transform = `scale(${held.zoom})`;
  // The names of the stages keep their size and stay in sight.
  [...held.heads.children].forEach((head, number) => {
    head.style.left = `${data.heads[number].left * held.zoom}px`;
    head.style.width = `${data.heads[number].width * held.zoom}px`;
  });
  held.room.style.width = `${(data.size[0] + 40) * held.zoom}px`;
  held.room.style.height = `${(data.size[1] + 20) * held.zoom}px`;
}

// Small pictures fill the width; large ones begin at a size that can be read.
function fit(held, data, least) {
  const { clientWidth, clientHeight } = held.frame;
  if (!clientWidth) return;
  const whole = Math.min(clientWidth / (data.size[0] + 40), clientHeight / (data.size[1] + 20), 1);
  zoomTo(held, data, Math.max(whole, least));
}

function tool(sign, word, act) {
  const button = make("button", "tool", sign);
  button.type = "button";
  button.title = word;
  button.setAttribute("aria-label", word);
  button.onclick = act;
  return button;
}

function make(kind, name, text) {
  const element = document.createElement(kind);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}
