// A Plotly heat map in gr.Plot tells Python nothing: listen to its clicks here and pass them on. Cells come through
// Plotly's own event, row and column labels are plain SVG texts. The figure's layout.meta names rows and columns.
const pick = data => {
  document.dispatchEvent(new Event('evaluation-pick'));
  trigger('pick', data);
};

const listen = map => {
  if (map.listens || !map.on) return;
  map.listens = true;
  const difference = Boolean(map.closest('#evaluation-difference'));
  map.on('plotly_click', event => {
    const [row, column] = event.points[0].pointIndex;
    const { rows, columns } = map.layout.meta;
    pick({ true: rows[row], read: columns[column], difference });
  });
  map.addEventListener('click', event => {
    const label = event.target.closest('.xtick, .ytick');
    if (!label) return;
    const { rows, columns, row_labels, column_labels } = map.layout.meta;
    const text = label.textContent;
    if (label.classList.contains('ytick')) pick({ true: rows[row_labels.indexOf(text)], read: '', difference });
    else pick({ true: '', read: columns[column_labels.indexOf(text)], difference });
  });
};

// Gradio makes the plot's element anew when a tab is mounted again or its value was empty.
const find = () => document.querySelectorAll('.evaluation-map .js-plotly-plot').forEach(listen);
new MutationObserver(find).observe(document.body, { childList: true, subtree: true });
find();
