// The newest hours stand at the right: where not all of them fit, they are what should be seen first.
"use strict";

for (const hours of document.querySelectorAll(".hours")) hours.parentElement.scrollLeft = hours.parentElement.scrollWidth;
