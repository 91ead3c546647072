"""The steps, one file each. A step is a function of a request and the changes it may make, and returns its answer."""
