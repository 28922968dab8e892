// Buttons inside a gr.HTML: each says with data-event which Python listener ('pick' or 'turn') it speaks to; its other data goes along.
element.addEventListener('click', event => {
  const button = event.target.closest('[data-event]');
  if (!button || button.disabled) return;
  const { event: name, ...data } = button.dataset;
  if (name === 'pick') {
    element.querySelectorAll('[aria-pressed=true]').forEach(other => other.setAttribute('aria-pressed', 'false'));
    button.setAttribute('aria-pressed', 'true');
    document.dispatchEvent(new Event('explorer-pick'));
  }
  trigger(name, data);
});

// The slider turns all class means about their diagonal, which at 180 degrees is the transpose.
element.addEventListener('input', event => {
  if (event.target.matches('[data-turn]')) element.style.setProperty('--turn', `${event.target.value}deg`);
});

// A view can be shared: the page's address follows it, and is given up with the tab.
const shared = () => {
  const view = element.querySelector('[data-address]');
  if (view) history.replaceState(null, '', `?${view.dataset.address}`);
};
watch('value', shared);
shared(); // the value may have come first
if (props.follows) {
  document.addEventListener('click', event => {
    const tab = event.target.closest('button[role=tab]');
    if (!tab || tab.closest('#explorer')) return;
    if (tab.textContent.trim() === props.follows) shared();
    else if (new URLSearchParams(location.search).get('tab') === 'explorer') history.replaceState(null, '', location.pathname);
  });
}

// On a narrow page the picked image lies below the grid: bring it into sight when it arrives.
if (element.closest('#explorer-sample')) {
  let wanted = false;
  document.addEventListener('explorer-pick', () => { wanted = true; });
  watch('value', () => {
    if (wanted && window.innerWidth < 900) element.scrollIntoView({ behavior: 'smooth', block: 'start' });
    wanted = false;
  });
}
