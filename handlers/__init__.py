"""From text to answer: plain functions over the published notice; no clock, no disk, no web."""
