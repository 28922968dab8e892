// Hands a file that Python made to the browser; nothing of it stays on the server.
watch('value', () => {
  if (!props.value) return;
  const { name, type, data } = JSON.parse(props.value);
  const bytes = Uint8Array.from(atob(data), character => character.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
