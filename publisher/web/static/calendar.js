// A post that is dragged onto another day: the same form as on the page "Move", sent with its day.
"use strict";
(() => {
  const form = document.getElementById("drop");
  if (!form) return;
  let dragged = null;

  for (const item of document.querySelectorAll("[data-move]")) {
    item.draggable = true;
    item.addEventListener("dragstart", (event) => {
      dragged = item;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", item.textContent.trim());
      item.classList.add("dragged");
    });
    item.addEventListener("dragend", () => {
      item.classList.remove("dragged");
      dragged = null;
    });
  }

  for (const day of document.querySelectorAll("[data-day]")) {
    const takes = () => dragged !== null && !day.contains(dragged);
    day.addEventListener("dragover", (event) => {
      if (!takes()) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "move";
      day.classList.add("over");
    });
    day.addEventListener("dragleave", (event) => {
      if (!day.contains(event.relatedTarget)) day.classList.remove("over");
    });
    day.addEventListener("drop", (event) => {
      if (!takes()) return;
      event.preventDefault();
      form.action = dragged.dataset.move;
      form.elements.day.value = day.dataset.day;
      form.elements.sites.value = dragged.dataset.sites;
      form.submit();
    });
  }
})();
