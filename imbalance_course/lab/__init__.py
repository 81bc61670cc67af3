"""The lab: a learner's own folder of images, read, checked and split before anything is trained on it."""
