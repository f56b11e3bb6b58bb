// Every primitive once, as pages use it: the example to copy from, held against axe (jsdom has no colours or sizes; the
// browser's tests look at those).
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import axe from 'axe-core';
import { Pencil, Trash2 } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { expect, test, vi } from 'vitest';
import { Failure } from '../api/failure';
import { Button, ButtonLink, IconButton } from './button';
import { EmptyState, ErrorState, Loading, Notice } from './feedback';
import { Checkbox, Field, FieldGrid, Input, SearchInput, Segments, Select, Switch, TextArea } from './field';
import { Card, CopyButton, Kbd, KeyValues, LinkTabs, Page, Pager, Tabs, Tag, Toolbar } from './layout';
import { Confirm, Dialog, Menu, Popover } from './overlay';
import { TooltipProvider } from './tooltip';
import { RunStrip, StateBadge, StateDot, StateLegend } from './state_badge';
import { Table } from './table';
import { Duration, TimeText } from './time';
import { toast, Toasts } from './toast';

const RUN = {
  dag_run_id: 'manual__1',
  state: 'failed',
  run_type: 'manual',
  run_after: '2026-11-25T12:00:00Z',
  start_date: '2026-11-25T12:00:01Z',
  end_date: '2026-11-25T12:03:21Z',
};
const ROWS = [
  { name: 'default_pool', slots: 128 },
  { name: 'small', slots: 2 },
];

function Form() {
  const [on, setOn] = useState(false);
  return (
    <FieldGrid>
      <Field label="Slots" hint="-1: no limit" problem="Must be a number" required>
        {(parts) => <Input {...parts} defaultValue="many" />}
      </Field>
      <Field label="Description">{(parts) => <TextArea {...parts} />}</Field>
      <Field label="Type">
        {(parts) => <Select {...parts} defaultValue="a" options={[{ value: 'a', label: 'A' }]} onChange={vi.fn()} />}
      </Field>
      <Checkbox checked={on} onChange={setOn}>
        Include deferred
      </Checkbox>
      <Switch checked={on} onChange={setOn} label="Active" />
      <Segments label="Paused" value="all" options={[{ value: 'all', label: 'All', count: 3 }]} onChange={vi.fn()} />
    </FieldGrid>
  );
}

function Lists({ onSort, onSelect }: { onSort: (sort: string) => void; onSelect: (names: string[]) => void }) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  return (
    <Table
      label="Pools"
      rows={ROWS}
      rowKey={(row) => row.name}
      sort="name"
      onSort={onSort}
      selection={{
        selected,
        onChange: (next) => {
          setSelected(next);
          onSelect([...next]);
        },
      }}
      columns={[
        { id: 'name', label: 'Name', sort: 'name', narrow: 'title', cell: (row) => row.name },
        { id: 'slots', label: 'Slots', sort: 'slots', align: 'end', cell: (row) => row.slots },
      ]}
    />
  );
}

function Examples({ onSort, onSelect }: Parameters<typeof Lists>[0]) {
  return (
    <main>
      <Page
        title="Pools"
        aside={<StateBadge state="running" count={3} />}
        crumbs={[{ label: 'DAGs', to: '/dags' }]}
        actions={
          <>
            <Button variant="primary">Add</Button>
            <ButtonLink to="/dags">DAGs</ButtonLink>
            <Menu
              trigger={<IconButton label="More" icon={Pencil} />}
              items={[{ label: 'Delete', icon: Trash2, danger: true, onSelect: vi.fn() }]}
            />
          </>
        }
      >
        <LinkTabs label="Parts" tabs={[{ to: '/dags', label: 'Grid' }]} />
        <Toolbar label="Filters">
          <SearchInput label="Part of a name" value="" onChange={vi.fn()} />
          <Popover label="More filters" trigger={<Button>More filters</Button>}>
            Tags
          </Popover>
        </Toolbar>
        <Lists onSort={onSort} onSelect={onSelect} />
        <Pager total={200} limit={50} offset={50} onChange={vi.fn()} />
        <Card title="Run">
          <KeyValues
            items={[
              ['State', <StateDot key="state" state="success" />],
              ['Started', <TimeText key="start" value={RUN.start_date} form="full" />],
              ['Duration', <Duration key="duration" start={RUN.start_date} end={RUN.end_date} />],
            ]}
          />
          <RunStrip dag_id="chain" runs={[RUN]} />
          <StateLegend states={['success', null]} />
          <Tag>etl</Tag> <Kbd keys="g d" /> <CopyButton text="x" />
        </Card>
        <Form />
        <Tabs label="Views" tabs={[{ id: 'form', label: 'Form', content: 'A form' }]} />
        <Notice kind="warning">The pool is full.</Notice>
        <EmptyState title="No pools">Add one.</EmptyState>
        <ErrorState error={new Failure(500, ['disk I/O error.'], [], 'GET /api/v2/pools')} onRetry={vi.fn()} />
        <Loading rows={2} />
      </Page>
    </main>
  );
}

async function show(content: ReactNode) {
  const router = createRouter({
    routeTree: createRootRoute({ component: () => content }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  const shown = render(
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <RouterProvider router={router} />
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>,
  );
  await waitFor(() => expect(shown.container.firstChild).not.toBeNull());
  return shown;
}

async function expectAccessible() {
  const { violations } = await axe.run(document.body, {
    rules: { region: { enabled: false }, 'color-contrast': { enabled: false } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
}

test('all are accessible, and tables tell what is clicked', async () => {
  const onSort = vi.fn();
  const onSelect = vi.fn();
  await show(<Examples onSort={onSort} onSelect={onSelect} />);
  await screen.findByRole('heading', { name: 'Pools' });
  await expectAccessible();

  const user = userEvent.setup();
  const table = screen.getByRole('table', { name: 'Pools' });
  await user.click(within(table).getByRole('button', { name: 'Name' }));
  await user.click(within(table).getByRole('button', { name: 'Slots' }));
  expect(onSort.mock.calls).toEqual([['-name'], ['slots']]);
  await user.click(within(table).getByRole('checkbox', { name: 'Select small' }));
  await user.click(within(table).getByRole('checkbox', { name: 'Select all' }));
  expect(onSelect.mock.calls).toEqual([[['small']], [['default_pool', 'small']]]);
  expect(screen.getByLabelText(/^Slots/)).toHaveAccessibleDescription('Must be a number');
});

test('a dialog is a form; one that asks stays open when its work fails', async () => {
  const user = userEvent.setup();
  const work = vi.fn(() => Promise.reject(new Failure(409, ['It is in use.'])));
  const close = vi.fn();
  await show(<Confirm open onOpenChange={close} title="Delete the pool?" action="Delete" danger onConfirm={work} />);
  expect(await screen.findByRole('dialog', { name: 'Delete the pool?' })).toBeVisible();
  await user.click(screen.getByRole('button', { name: 'Delete' }));
  expect(await screen.findByText('It is in use.')).toBeInTheDocument();
  expect(close).not.toHaveBeenCalled();
  await user.keyboard('{Escape}');
  expect(close).toHaveBeenCalledWith(false);
});

test('a message goes when it is closed', async () => {
  const user = userEvent.setup();
  await show(<Dialog open={false} onOpenChange={vi.fn()} title="none" />);
  toast('Paused 3 DAGs');
  const message = await screen.findByText('Paused 3 DAGs');
  await user.click(within(message.parentElement ?? document.body).getByRole('button', { name: 'Close' }));
  expect(screen.queryByText('Paused 3 DAGs')).not.toBeInTheDocument();
});
