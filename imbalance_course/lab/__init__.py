"""The lab: a learner's own folder of images, from the check to a report that says which remedy to use."""
